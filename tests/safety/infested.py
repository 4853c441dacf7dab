"""A site whose every field was filled in by attackers."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from digest.models import Article, LinkReport, Paper, Passage, Suggestion
from editorial import actions
from editorial.links import gathering
from editorial.models import Comment, Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory
from tests.factories import CategoryFactory, PassageFactory
from tests.safety.payloads import payloads

PACK = 24  # payloads in one field, where a page shows a single entry
PER_SECTION = 50


def packs(between: str) -> list[str]:
    """Return all payloads, so many at once."""
    texts = [one.text for one in payloads()]
    return [between.join(texts[start : start + PACK]) for start in range(0, len(texts), PACK)]


def entries(**fields: Any) -> list[Revision]:
    """Return an unsaved revision for each payload, with nothing else in its fields."""
    return [entry(one.text, one.text, **fields) for one in payloads()]


def packed(**fields: Any) -> list[Revision]:
    """Return fewer, with many in each field."""
    both = zip(packs(" "), packs("\n\n"), strict=True)
    return [entry(line, text, **fields) for line, text in both]


def entry(line: str, text: str, **fields: Any) -> Revision:
    made: Revision = RevisionFactory.build(
        headline=line,
        url=line,
        title=line,
        summary=text,
        links=[["paper", line], [line, line], [line, "https://a.org/"]],
        picture_src=line,
        picture_alt=line,
        picture=picture(),
        tag_names=[line[:100]],
        **fields,
    )
    return made


def picture() -> str:
    """Return the name of a stored picture, whose words are shown with it."""
    name = "pictures/x.png"
    if not default_storage.exists(name):
        content = BytesIO()
        Image.new("RGB", (4, 4)).save(content, "PNG")
        default_storage.save(name, ContentFile(content.getvalue()))
    return name


def publish(people: People) -> list[Article]:
    """Fill the public site; return the articles that hold many payloads each."""
    singles, many = entries(author=people.author), packed(author=people.author)
    titles = [one[:500] for one in packs(" ")]
    for place, revision in enumerate((*singles, *many)):
        if place % PER_SECTION == 0:
            number = place // PER_SECTION
            section = CategoryFactory.create(title=titles[number], slug=f"s{number}")
        revision.category, revision.state = section, State.APPROVED
    Revision.objects.bulk_create([*singles, *many])
    actions.perform_all([*singles, *many], "publish", people.publisher)
    papers = list(Paper.objects.order_by("pk"))
    for paper in papers:
        text = paper.title
        paper.authors, paper.venue, paper.url = f"{text}, {text}", text[:300], text
    Paper.objects.bulk_update(papers, ["authors", "venue", "url"])
    Passage.objects.bulk_create(PassageFactory.build(source=one.text) for one in payloads())
    return list(Article.objects.filter(revision__in=[one.pk for one in many]))


def fill_the_desk(people: People, articles: Sequence[Article]) -> list[Revision]:
    """Fill what waits at the desk: drafts, remarks, notes, suggestions, reports."""
    now, author = timezone.now(), people.author
    author.first_name = author.last_name = packs(" ")[0][:150]
    author.save()
    drafts = packed(author=author, state=State.IN_REVIEW)
    for draft, article in zip(drafts, articles, strict=True):
        draft.article, draft.category = article, article.category
    Revision.objects.bulk_create(drafts)
    for draft in drafts:
        note = draft.summary
        Comment.objects.create(revision=draft, text=note, user=people.reviewer, at=now)
        state = {"source": State.DRAFT, "target": State.IN_REVIEW}
        Event.objects.create(
            revision=draft, transition="submit", note=note, user=author, at=now, **state
        )
    Suggestion.objects.bulk_create(
        Suggestion(title=one.text, url=one.text, why=one.text, name=one.text[:100], created_at=now)
        for one in payloads()
    )
    LinkReport.objects.bulk_create(
        LinkReport(article=article, url=article.url, note=article.title[:500], created_at=now)
        for article in articles
    )
    gathering.gather(now)
    return drafts


def readme() -> str:
    """Return a list in which each payload stands wherever a README has room for it."""
    form = (
        "**{0}、[{1}]({1})**\n\n![{1}]({1})\n\n**{1}**\n\n{1}\n\n[[paper]({1})] [[{1}](https://a.org/)]\n\n"
        "## {1}\n\n{1}\n\n"
    ).format
    return "".join(form(one.number, one.text) for one in payloads())
