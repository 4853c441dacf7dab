"""A preview shows what publishing then does, to those who may see it, and writes nothing."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, assume, given, settings
from taggit.models import Tag

from digest import exporting, unified
from digest.models import Article, Paper
from digest.readme import Entry, Link
from editorial import actions
from editorial.desk import sharing
from editorial.desk.preview import article_of, in_the_readme, preview_of
from editorial.incoming import import_readme
from editorial.models import Revision
from editorial.transitions import OPEN, State
from tests.editorial.factories import (
    People,
    RevisionFactory,
    category,
    publish,
    publish_change,
    revision_in,
)
from tests.factories import ArticleFactory, PassageFactory
from tests.readme.strategies import hostile

# Worked out when an article is stored (see digest.derived), for counting alone.
DERIVED = {"month", "week", "has_code", "has_paper", "has_picture"}


def address(revision: Revision, view: str = "article", page: str = "preview") -> str:
    return reverse(f"admin:editorial_revision_{page}", args=[revision.pk]) + f"?as={view}"


def frame(revision: Revision, view: str = "article") -> str:
    return address(revision, view, "preview_page")


def shown(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return str(response.content.decode())


def in_english(client: Client, revision: Revision, view: str) -> str:
    with override("en"):
        return shown(client, frame(revision, view))


def texts(html: str) -> list[str]:
    """Return what a page of the site says between its head and its foot."""
    main = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return unescape(re.sub(r"<[^>]*>", " ", main)).split()


def rows() -> dict[type[Model], list[Any]]:
    return {
        model: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in {"digest", "editorial", "taggit"}
    }


def filled(people: People, entries: int, **fields: Any) -> Any:
    """Return a section with so many published entries, and text before and after them."""
    section = category(**fields)
    PassageFactory.create(category=section, position=1, source="引言")
    for place in range(2, entries + 2):
        elsewhere(category=section, position=place)
    PassageFactory.create(category=section, position=entries + 2, source="后记")
    return section


def elsewhere(**fields: Any) -> Article:
    """Return a published article that no revision of this test is confused with."""
    article: Article = ArticleFactory.create(revision=10**6 + Article.objects.count(), **fields)
    return article


# --- The article ---------------------------------------------------------------------------------


def test_the_article_is_the_one_that_publishing_makes(people: People) -> None:
    Tag.objects.create(name="LLM", slug="llm")
    Paper.objects.create(identity="arxiv:2305.14342", title="Sophia")
    revision = RevisionFactory.create(
        author=people.author,
        headline="**快**2倍",
        links=[["paper", "https://arxiv.org/abs/2305.14342"]],
        tag_names=["llm", "优化"],
        picture="pictures/a.png",
        picture_alt="图",
    )
    article = article_of(revision)
    publish(revision, people)
    stored = Article.objects.get()
    assert article.paper == stored.paper
    assert [tag.name for tag in article.tag_list] == ["LLM", "优化"]
    for field in Article._meta.concrete_fields:
        if field.name not in {"id", "published_at", "updated_at", *DERIVED}:
            assert getattr(article, field.attname) == getattr(stored, field.attname), field


def test_a_change_keeps_what_it_does_not_change(people: People) -> None:
    first = revision_in(State.PUBLISHED, people, title="Attention", links=[])
    assert first.article
    change = actions.revise(first.article, people.author)
    actions.edit(change, people.author, 1, title="Attention!", headline="换了")
    article, live = article_of(change), Article.objects.get()
    assert (article.pk, article.headline, live.headline) == (live.pk, "换了", first.headline)
    assert (article.paper, article.position) == (live.paper, live.position)
    assert article.published_at == live.published_at
    assert article.updated_at > live.updated_at


def test_it_is_dated_when_it_is_to_be_published(people: People) -> None:
    revision = revision_in(State.APPROVED, people)
    at = timezone.now() + timedelta(days=3)
    actions.perform(revision, "schedule", people.publisher, at=at)
    assert article_of(revision).published_at == at


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("view", ["article", "home", "readme"])
def test_every_state_has_its_preview_and_nothing_is_written(
    state: State, view: str, people: People, client: Client
) -> None:
    revision = revision_in(state, people, headline="预览我", tag_names=["新"])
    client.force_login(people.reviewer)
    before = rows()
    assert "预览我" in shown(client, frame(revision, view))
    assert revision.get_state_display() in shown(client, address(revision, view))
    assert rows() == before


def test_what_is_published_is_shown_as_readers_see_it(people: People, client: Client) -> None:
    revision = revision_in(State.PUBLISHED, people, tag_names=["LLM"])
    client.force_login(people.author)
    live = Article.objects.get()
    page = texts(shown(client, frame(revision)))
    assert page == texts(shown(client, live.get_absolute_url()))
    home = texts(shown(client, frame(revision, "home")))
    assert home == texts(shown(client, "/"))


# --- In the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["new", "first", "changed", "moved"])
def test_home_is_the_home_page_after_publishing(case: str, people: People, client: Client) -> None:
    section, other = filled(people, 3), filled(people, 60)
    draft = {
        "new": lambda: RevisionFactory.create(author=people.author, category=section),
        "first": lambda: RevisionFactory.create(author=people.author, category=other, position=2),
        "changed": lambda: changed(people, section, headline="换了"),
        "moved": lambda: changed(people, section, category=category()),
    }[case]()
    client.force_login(people.author)
    preview = shown(client, frame(draft, "home"))
    assert preview.count('id="preview"') == 1
    publish(draft, people)
    assert texts(preview) == texts(shown(client, "/"))


def changed(people: People, section: Any, **changes: Any) -> Revision:
    """Return a draft of a change to a published entry in the middle of a section."""
    entry = RevisionFactory.create(author=people.author, category=section, position=3)
    publish(entry, people)
    assert entry.article_id
    change = actions.revise(Article.objects.get(pk=entry.article_id), people.author)
    return actions.edit(change, people.author, 1, **changes)


@pytest.mark.parametrize("place", [51, 52, 100, 101, 121, None])
def test_a_place_that_home_does_not_show_is_on_the_sections_page(
    place: int | None, people: People, client: Client
) -> None:
    section = filled(people, 120)
    for position in (40, 101):
        PassageFactory.create(category=section, position=position, source=f"段{position}")
    draft = RevisionFactory.create(
        author=people.author, category=section, position=place and place + 1, headline="预览我"
    )
    client.force_login(people.author)
    preview = shown(client, frame(draft, "home"))
    number = preview_of(draft).place
    assert number
    publish(draft, people)
    page = -(-number.number // 50)
    live = shown(client, f"{section.get_absolute_url()}?page={page}")
    assert "预览我" in live
    assert texts(preview) == texts(live)


@pytest.mark.parametrize(
    ("section", "said"), [("周边", "waits for the section “周边”"), ("", "has no section yet")]
)
def test_a_section_that_is_not_there_yet_is_shown_and_said(
    section: str, said: str, people: People, client: Client
) -> None:
    draft = RevisionFactory.create(
        author=people.author, category=None, section=section, headline="预览我"
    )
    client.force_login(people.author)
    for view in ("article", "home", "readme"):
        page = in_english(client, draft, view)
        assert said in page
        assert "预览我" in page
        assert section in page


def test_queries_do_not_grow_with_the_list(people: People, client: Client) -> None:
    section = filled(people, 3)
    draft = RevisionFactory.create(author=people.author, category=section, tag_names=["新"])
    client.force_login(people.author)

    def queries(view: str) -> int:
        cache.clear()  # what is counted for all readers until the list changes
        with CaptureQueriesContext(connection) as queries:
            shown(client, frame(draft, view))
        return len(queries)

    few = {view: queries(view) for view in ("article", "home", "readme")}
    for place in range(45):
        elsewhere(category=section, position=5 + place, tags=[f"t{place}"])
        elsewhere()
    assert {view: queries(view) for view in few} == few


# --- In the README -------------------------------------------------------------------------------

SEED = """# 论文

## 一、调优

**1、[甲](https://e.org/1)**

甲的摘要。

文字。

**2、[乙](https://e.org/2)**

乙的摘要。[[paper](https://arxiv.org/abs/2305.1)]

## 二、其他

**1、[丙](https://e.org/3)**
"""


def published_diff(revision: Revision, people: People) -> tuple[list[str], list[str]]:
    """Return the diff that the preview shows, and the one that publishing then makes."""
    before = exporting.readme()
    preview = in_the_readme(revision)
    state = State(revision.state)
    if state in {State.DRAFT, State.CHANGES_REQUESTED}:
        actions.perform(revision, "submit", people.superuser)
    publish_at_once(revision, people)
    after = exporting.readme()
    assert preview.text in after
    return preview.hunks, list(unified.hunks(before, after))


def publish_at_once(revision: Revision, people: People) -> None:
    actions.perform(revision, "approve", people.reviewer)
    actions.perform(revision, "publish", people.publisher)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("case", ["new", "first", "changed", "same", "moved", "moved to a place"])
def test_the_diff_is_what_publishing_changes(case: str, newline: str, people: People) -> None:
    import_readme(SEED.replace("\n", newline), people.publisher, publish=True)
    first, second = Article.objects.filter(category__position=1)
    here, there = first.category, Article.objects.get(headline="丙").category
    user = people.superuser
    entry = Entry("新", "https://e.org/4", "New", "摘要", (Link("code", "https://e.org"),))
    draft = {
        "new": lambda: actions.propose(user, category=here, entry=entry),
        "first": lambda: actions.propose(user, category=here, entry=entry, position=1),
        "changed": lambda: edited(second, user, summary="改了。"),
        "same": lambda: actions.revise(first, user),
        "moved": lambda: edited(first, user, category=there),
        "moved to a place": lambda: actions.propose(
            user, article=second, category=there, entry=entry, position=1
        ),
    }[case]()
    preview, real = published_diff(draft, people)
    assert preview == real
    assert bool(real) == (case != "same")


def edited(article: Article, user: Any, **changes: Any) -> Revision:
    return actions.edit(actions.revise(article, user), user, 1, **changes)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hostile)
def test_the_diff_is_right_in_hostile_lists_too(people: People, text: str) -> None:
    assume("\0" not in text)
    with undone():
        import_readme(text, people.publisher, publish=True)
        articles = list(Article.objects.all())
        assume(articles)
        chosen = random.Random(text)
        article, other = chosen.choice(articles), chosen.choice(articles)
        entry = Entry(chosen.choice(["新", article.headline or "新"]), "u")
        draft = Revision(
            article=chosen.choice([None, article]),
            category_id=other.category_id,
            position=chosen.choice([None, other.position]),
            headline=entry.headline,
            url=entry.url,
            author=people.author,
            state=State.IN_REVIEW,
        )
        draft.save()
        preview, real = published_diff(draft, people)
        assert preview == real


def test_an_article_taken_down_would_come_back_where_it_was(people: People) -> None:
    import_readme(SEED, people.publisher, publish=True)
    revision = Revision.objects.get(headline="甲")
    actions.perform(revision, "take_down", people.publisher, "撤稿")
    revision.refresh_from_db()
    before, preview = exporting.readme(), in_the_readme(revision)
    actions.perform(revision, "restore", people.publisher, "回来")
    assert preview.hunks == list(unified.hunks(before, exporting.readme()))


def test_a_former_version_is_shown_as_a_new_draft_of_it_would_be_published(people: People) -> None:
    import_readme(SEED, people.publisher, publish=True)
    former = Revision.objects.get(headline="甲")
    publish_change(former, people, headline="甲甲")
    former.refresh_from_db()
    preview = in_the_readme(former)
    again = actions.revise_from(former, people.superuser)
    assert in_the_readme(again) == preview
    assert published_diff(again, people)[1] == preview.hunks != []


def test_a_long_diff_is_cut_and_says_so(people: People, client: Client) -> None:
    section = filled(people, 150)
    draft = RevisionFactory.create(author=people.author, category=section, position=2)
    client.force_login(people.author)
    page = in_english(client, draft, "readme")
    left = len(in_the_readme(draft).hunks) - 400
    assert left > 0
    assert f"and {left} more lines" in page


# --- Who may see it ------------------------------------------------------------------------------


def test_the_desks_preview_is_for_those_who_may_see_revisions(
    people: People, client: Client
) -> None:
    revision = revision_in(State.DRAFT, people)
    for url in (address(revision), frame(revision)):
        assert "/login/" in client.get(url).headers["Location"]
    assert "/login/" in client.post(address(revision), {"days": 7}).headers["Location"]
    client.force_login(people.bystander)
    for url in (address(revision), frame(revision)):
        shown(client, url, 403)
    client.force_login(people.second_author)
    for url in (address(revision), frame(revision)):
        shown(client, url)
    shown(client, address(revision).replace(f"/{revision.pk}/", "/999/"), 404)


def test_only_the_page_in_the_frame_may_be_framed(people: People, client: Client) -> None:
    revision = revision_in(State.DRAFT, people)
    client.force_login(people.author)
    assert client.get(frame(revision)).headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(address(revision)).headers["X-Frame-Options"] == "DENY"
    assert client.get(link(revision, people)).headers["X-Frame-Options"] == "DENY"


def link(revision: Revision, people: People, days: int = 7) -> str:
    token = sharing.share(revision, people.author, days)
    return reverse("admin:editorial_revision_shared", args=[token])


def test_a_link_is_made_by_a_button_and_works_without_an_account(
    people: People, client: Client
) -> None:
    revision = revision_in(State.IN_REVIEW, people, headline="预览我")
    client.force_login(people.author)
    page = client.post(address(revision, "home"), {"days": 30}).content.decode()
    made = re.search(r'readonly value="http://testserver([^"]*)"', page)
    assert made
    client.logout()
    for view in ("article", "home", "readme"):
        response = client.get(f"{made[1]}?as={view}")
        assert response.status_code == 200
        assert "预览我" in response.content.decode()
        assert response.headers["Cache-Control"] == "no-store, private"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "sessionid" not in client.cookies or not client.cookies["sessionid"].value


def test_a_link_shows_nothing_else_of_the_desk(people: People, client: Client) -> None:
    revision = revision_in(State.IN_REVIEW, people)
    actions.perform(revision, "request_changes", people.reviewer, "标题太长")
    actions.comment(revision, people.reviewer, "不好")
    for view in ("article", "home", "readme"):
        page = shown(client, f"{link(revision, people)}?as={view}")
        assert "标题太长" not in page
        assert "不好" not in page
        assert f"/revision/{revision.pk}/" not in page


def test_a_link_shows_the_text_as_it_is_by_then(people: People, client: Client) -> None:
    revision = revision_in(State.DRAFT, people)
    url = link(revision, people)
    actions.edit(revision, people.author, 1, headline="换了")
    assert "换了" in shown(client, url)


def test_who_may_not_share_makes_no_link(people: People, client: Client) -> None:
    revision = revision_in(State.DRAFT, people)
    with pytest.raises(actions.NoRight):
        sharing.share(revision, people.bystander, 7)
    with pytest.raises(actions.Invalid):
        sharing.share(revision, people.author, 365)
    client.force_login(people.author)
    assert client.post(address(revision), {"days": "365"}).status_code == 409


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_what_has_ended_is_not_shared(state: State, people: People) -> None:
    with pytest.raises(actions.WrongState):
        sharing.share(revision_in(state, people), people.author, 7)


def test_a_link_expires_and_says_whom_to_ask(
    people: People, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = revision_in(State.DRAFT, people, headline="预览我")
    url = link(revision, people, days=1)
    later = timezone.now() + timedelta(days=1, seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        response = client.get(url)
    assert response.status_code == 410
    assert response.headers["Cache-Control"] == "no-store, private"
    page = response.content.decode()
    assert "author" in page
    assert "预览我" not in page


def test_a_forged_link_leads_nowhere(people: People, client: Client) -> None:
    revision = revision_in(State.DRAFT, people)
    url = link(revision, people)
    said = {"revision": revision.pk, "maker": people.author.pk, "until": 9_999_999_999}
    forged = [
        f"{url[:-5]}xxxx/",
        reverse("admin:editorial_revision_shared", args=["x"]),
        reverse("admin:editorial_revision_shared", args=["é:1:x"]),
        # Signed by this site, but for another purpose.
        reverse("admin:editorial_revision_shared", args=[signing.dumps(said)]),
    ]
    for wrong in forged:
        shown(client, wrong, 404)


@pytest.mark.parametrize("dismissal", ["inactive", "no role"])
def test_a_link_dies_with_its_makers_right(dismissal: str, people: People, client: Client) -> None:
    revision = revision_in(State.DRAFT, people)
    url = link(revision, people)
    shown(client, url)
    if dismissal == "inactive":
        people.author.is_active = False
        people.author.save()
    else:
        people.author.groups.clear()
    shown(client, url, 404)


def test_a_link_dies_with_the_draft_and_leads_on_when_it_is_published(
    people: People, client: Client
) -> None:
    dead, alive = revision_in(State.DRAFT, people), revision_in(State.DRAFT, people)
    links = link(dead, people), link(alive, people)
    actions.perform(dead, "withdraw", people.author)
    shown(client, links[0], 410)
    publish(alive, people)
    response = client.get(links[1])
    assert response.headers["Location"] == Article.objects.get().get_absolute_url()
    assert response.headers["Cache-Control"] == "no-store, private"


def test_hostile_text_is_shown_as_text(people: People, client: Client) -> None:
    evil = "<script>alert(1)</script>"
    revision = RevisionFactory.create(
        author=people.author, headline=evil, summary=evil, links=[[evil, evil]], tag_names=[evil]
    )
    client.force_login(people.author)
    for view in ("article", "home", "readme"):
        assert evil not in shown(client, frame(revision, view))
        assert evil not in shown(client, address(revision, view))
