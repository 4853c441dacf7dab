"""One of everything that an address can be about."""

from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.utils import timezone

from digest.models import Article, LinkReport, Mailing, Suggestion
from digest.weeks import Week
from editorial import actions
from editorial.desk import sharing
from editorial.incoming import sheet
from editorial.links import gathering
from editorial.models import Link, SecondFactor
from editorial.transitions import State
from tests.editorial.factories import People, revision_in
from tests.factories import CategoryFactory, PassageFactory, SubscriberFactory

README = "## 一、RLHF\n\n1、[新的一篇](https://a.org/)\n"


def make(people: People) -> dict[str, object]:
    """Make it, and return what stands for it in an address, by the name that tables give it."""
    now = timezone.now()
    section = CategoryFactory.create(slug="rlhf", title="RLHF")
    live = revision_in(State.PUBLISHED, people, category=section, tag_names=["llm"])
    gone = revision_in(State.TAKEN_DOWN, people, category=section)
    draft = revision_in(State.DRAFT, people, category=section)
    article = Article.objects.select_related("paper").get(revision=live.pk)
    paper = article.paper
    assert paper
    LinkReport.objects.create(article=article, url=live.url, created_at=now)
    gathering.gather(now)
    suggestion = Suggestion.objects.create(title="QLoRA", created_at=now)
    subscriber = SubscriberFactory.create()
    return {
        "type": ContentType.objects.get_for_model(Article).pk,
        "live": article.pk,
        "tail": _tail(article.get_absolute_url()),
        "paper": paper.pk,
        "paper_tail": _tail(paper.get_absolute_url()),
        "year": f"{timezone.localtime(article.published_at):%Y}",
        "month": f"{timezone.localtime(article.published_at):%m}",
        "week": Week.keyed(article.week),
        "gone": gone.article_id,
        "section": section.pk,
        "passage": PassageFactory.create(category=section).pk,
        "draft": draft.pk,
        "other": revision_in(State.DRAFT, people, author=people.second_author).pk,
        "review": revision_in(State.IN_REVIEW, people, category=section).pk,
        "comment": actions.comment(draft, people.reviewer, "好。").pk,
        "shared": sharing.share(draft, people.author, 1),
        "outline": sheet.bring(README, people.author).pk,
        "link": Link.objects.order_by("pk")[0].pk,
        "suggestion": suggestion.pk,
        "sender": suggestion.token,
        "signed": signing.dumps([subscriber.token, "en", 0], salt="digest.subscriptions"),
        "leaving": subscriber.token,
        "subscriber": subscriber.pk,
        "mailing": Mailing.objects.create(week=article.week, started_at=now).pk,
        "event": live.events.order_by("pk")[0].pk,
        "factor": SecondFactor.objects.create(user=people.second_author, confirmed=True).pk,
        "user": people.bystander.pk,
        "group": people.author.groups.get().pk,
    }


def _tail(address: str) -> str:
    return address.rpartition("/")[0].partition("-")[2]
