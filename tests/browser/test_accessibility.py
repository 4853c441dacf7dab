"""No page of the desk breaks a rule of axe-core: in both languages and themes, on a phone too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from digest import exporting
from digest.models import Article, LinkReport, Suggestion
from editorial import actions
from editorial.incoming import sheet
from editorial.links import gathering
from editorial.models import Link, LinkCheck, Outline
from editorial.transitions import State
from tests.browser.audit import violations
from tests.browser.desk import DEVICES, sign_in, too_wide
from tests.editorial.factories import People, RevisionFactory, revision_in

pytestmark = pytest.mark.any_database("axe-core reads what the templates say")


@pytest.fixture
def pages(live_server: LiveServer, people: People) -> list[str]:
    """Fill the desk, and return the addresses of its pages."""
    draft = RevisionFactory.create(author=people.publisher, tag_names=["LLM"])
    actions.edit(
        draft, people.publisher, 1, summary="**「换」**了两个字", links=[["paper", "https://e.org"]]
    )
    actions.comment(draft, people.reviewer, "太短", "summary")
    actions.resolve(actions.comment(draft, people.author, "错字"), people.author)
    review = RevisionFactory.create(author=people.author, state=State.IN_REVIEW)
    yesterday = timezone.localdate() - timedelta(days=1)
    actions.assign(review, people.author, people.publisher, yesterday)
    scheduled = revision_in(State.SCHEDULED, people)
    scheduled.failure = "The article is taken down: restore it before you publish a change of it."
    scheduled.save(update_fields=["failure"])
    old = revision_in(State.SUPERSEDED, people)
    gone = revision_in(State.TAKEN_DOWN, people)
    outline = Outline.objects.create(text="# 一、新\n\n1、[T](u)\n", author=people.author)
    theirs = exporting.readme().replace("单个", "两个") + "\n# 新\n\n1、[T](u)\n\n摘要。\n"
    brought = sheet.bring(theirs, people.author)
    assert {"conflict", "new", "frame"} <= {*brought.planned.values_list("kind", flat=True)}
    section = draft.category_id
    now = timezone.now()
    gathering.gather(now)
    link = Link.objects.filter(mentions__revision=draft)[0]
    Link.objects.update(state="dead", reason="HTTP 410", target="https://e.org/", checked_at=now)
    LinkCheck.objects.create(link=link, at=now, state="dead", reason="HTTP 410")
    article = Article.objects.get(revision=gone.pk)
    LinkReport.objects.create(article=article, url=link.url, note="404", created_at=now)
    suggestion = Suggestion.objects.create(url="https://a.org/", why="好", created_at=now)
    flawed = revision_in(State.PUBLISHED, people, summary="它**「只」**要。", title="")
    paths = [
        "",
        "editorial/revision/",
        "editorial/revision/add/",
        *(f"editorial/revision/{one.pk}/change/" for one in (draft, review, scheduled, old, gone)),
        f"editorial/revision/{draft.pk}/compare/?with=start",
        f"editorial/revision/{old.pk}/compare/?with=live",
        f"editorial/revision/{draft.pk}/preview/",
        f"editorial/revision/{draft.pk}/preview/?as=readme",
        "editorial/event/",
        "editorial/outline/",
        f"editorial/outline/{outline.pk}/change/",
        f"editorial/outline/{brought.pk}/change/",
        "editorial/outline/add/",
        "digest/article/",
        f"digest/article/{old.article_id}/change/",
        f"digest/article/{gone.article_id}/change/",
        f"digest/article/{old.article_id}/history/",
        f"digest/article/{flawed.article_id}/change/",
        "digest/paper/",
        f"digest/paper/{article.paper_id}/change/",
        "editorial/link/",
        f"editorial/link/{link.pk}/change/",
        "digest/suggestion/",
        f"digest/suggestion/{suggestion.pk}/change/",
        "digest/category/",
        "digest/category/add/",
        "digest/category/order/",
        f"digest/category/{section}/change/",
        f"digest/category/{section}/order/",
        "digest/passage/",
        "digest/passage/add/",
    ]
    return [f"/admin/{path}" for path in paths]


@pytest.mark.parametrize(
    ("prefix", "scheme", "device"),
    [("", "light", "desktop"), ("/en", "dark", "phone")],
)
def test_the_desk_is_for_everyone(
    prefix: str,
    scheme: str,
    device: str,
    new_page: Callable[..., Page],
    people: People,
    pages: list[str],
) -> None:
    page = sign_in(new_page(color_scheme=scheme, **DEVICES[device]), people.publisher)
    found = []
    for path in pages:
        answer = page.goto(f"{prefix}{path}")
        assert answer
        assert answer.ok, path
        found += [f"{path} {violation}" for violation in violations(page)]
        found += [f"{path} is too wide: {one}" for one in too_wide(page)]
    assert not found, "\n".join(found)
