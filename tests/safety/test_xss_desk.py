"""What attackers send to the desk runs on none of its pages."""

from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from digest.models import Article, Category, Paper, Suggestion
from editorial.incoming import sheet
from editorial.models import Link, Outline, Revision
from tests.editorial.factories import People
from tests.safety import infested
from tests.safety.payloads import payloads
from tests.safety.watching import Watch

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("a page escapes what any database gives back as it was"),
]
LISTS = (
    *("editorial_revision", "editorial_event", "editorial_outline", "editorial_link"),
    *("digest_article", "digest_category", "digest_passage", "digest_paper", "digest_suggestion"),
    *("digest_subscriber", "digest_mailing", "auth_user", "auth_group"),
)


def test_nothing_runs_at_the_desk(
    people: People, watch: Callable[..., Watch], live_server: LiveServer
) -> None:
    packed = infested.publish(people)
    drafts = infested.fill_the_desk(people, packed)
    outline = sheet.bring(infested.readme(), people.author)
    window = watch(policy=False)
    sign_in(window, people, live_server.url)
    found = window.open([*lists(), *of_drafts(drafts), *of_others(packed), *of_outline(outline)])
    assert window.hits == {}
    assert found == []
    assert window.failed == []


def sign_in(window: Watch, people: People, site: str) -> None:
    """Let the window in as somebody who may see everything."""
    client = Client()
    client.force_login(people.superuser)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    window.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}]
    )


def lists() -> Iterator[str]:
    yield from ("/admin/", "/en/admin/", reverse("admin:digest_category_order"))
    texts = [one.text for one in payloads()]
    for name in LISTS:
        yield (address := reverse(f"admin:{name}_changelist"))
        for text in texts[::80]:
            yield f"{address}?{urlencode({'q': text})}"
    for page in range(2, 10):
        yield f"{reverse('admin:digest_suggestion_changelist')}?p={page}"
    for text in texts[::40]:
        yield f"/admin/login/?{urlencode({'next': text})}"
        yield f"/admin/{quote(text)}"
        yield f"{reverse('admin:editorial_revision_tags')}?{urlencode({'q': text})}"


def of_drafts(drafts: list[Revision]) -> Iterator[str]:
    """The form of a draft, its remarks, its previews, and what it changes."""
    for draft in drafts:
        yield reverse("admin:editorial_revision_change", args=[draft.pk])
        yield reverse("admin:editorial_revision_compare", args=[draft.pk])
        page = reverse("admin:editorial_revision_preview_page", args=[draft.pk])
        yield from (f"{page}?as={view}" for view in ("article", "readme"))
    yield reverse("admin:editorial_revision_preview", args=[drafts[0].pk]) + "?as=readme"
    yield reverse("admin:editorial_revision_preview_page", args=[drafts[0].pk]) + "?as=home"


def of_others(packed: list[Article]) -> Iterator[str]:
    """The page of each thing that holds many payloads, and of a few that hold one."""
    for article in packed:
        yield reverse("admin:digest_article_change", args=[article.pk])
        yield reverse("admin:digest_article_history", args=[article.pk])
    for paper in Paper.objects.order_by("-pk")[: len(packed)]:
        yield reverse("admin:digest_paper_change", args=[paper.pk])
    for category in Category.objects.all():
        yield reverse("admin:digest_category_entries", args=[category.pk])
    yield reverse("admin:digest_category_change", args=[category.pk])
    for suggestion in Suggestion.objects.order_by("pk")[::24]:
        yield reverse("admin:digest_suggestion_change", args=[suggestion.pk])
    for link in Link.objects.order_by("pk")[::24]:
        yield reverse("admin:editorial_link_change", args=[link.pk])


def of_outline(outline: Outline) -> Iterator[str]:
    """The plan of the README that an attacker brought."""
    address = reverse("admin:editorial_outline_change", args=[outline.pk])
    for page in range(1, outline.planned.count() // 50 + 2):
        yield f"{address}?p={page}"
