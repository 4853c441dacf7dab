"""The page that compares a revision: with what, for whom, and how it is told apart."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from digest.models import Article
from editorial import actions
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import (
    People,
    RevisionFactory,
    category,
    publish_change,
    revision_in,
)
from tests.editorial.test_admin_form import change_url, shown


def compare_url(revision: Revision, base: object = "") -> str:
    with translation.override("en"):
        url = reverse("admin:editorial_revision_compare", args=[revision.pk])
    return f"{url}?with={base}" if base else url


def fields(page: str) -> dict[str, str]:
    """Return what each field's difference says, deleted in [- -] and inserted in {+ +}."""
    found = {}
    for field, body in re.findall(r'class="desk-difference field-(\w+)">(.*?)</dd>', page, re.S):
        text = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", body.partition("<dd>")[2])
        for tag, left, right in (("del", "[-", "-]"), ("ins", "{+", "+}")):
            text = text.replace(f"<{tag}>", left).replace(f"</{tag}>", right)
        found[field] = " ".join(unescape(re.sub(r"<[^>]*>", "", text)).split())
    return found


def bases(page: str) -> dict[str, str]:
    """Return what the page offers to compare with; the chosen one begins with an asterisk."""
    options = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)</option>', page)
    return {name: ("*" if chosen else "") + unescape(label) for name, chosen, label in options}


@pytest.fixture
def draft(people: People) -> Revision:
    """Return an open revision of an article that was changed once before."""
    first = revision_in(State.PUBLISHED, people, headline="第一版", tag_names=["LLM"])
    publish_change(first, people, headline="第二版")
    return actions.revise(Article.objects.get(), people.author)


def edit(revision: Revision, people: People, **changes: Any) -> Revision:
    return actions.edit(revision, people.author, revision.version, **changes)


def test_a_change_is_compared_with_what_readers_see(
    draft: Revision, people: People, client: Client
) -> None:
    edit(draft, people, headline="第三版", tag_names=["LLM", "微调"])
    client.force_login(people.reviewer)
    page = shown(client.get(compare_url(draft)))
    assert fields(page) == {"headline": "第[-二-]{+三+}版", "tags": "LLM {+微调+} added"}
    assert bases(page)["live"] == "*what readers see now"
    assert "Not changed: category, post address, paper title, summary, links" in page


def test_words_and_not_only_colours_tell_deleted_from_inserted(
    draft: Revision, people: People, client: Client
) -> None:
    edit(draft, people, headline="第三版")
    client.force_login(people.reviewer)
    page = shown(client.get(compare_url(draft)))
    assert '<del><span class="visually-hidden">[deleted:] </span>二</del>' in page
    assert '<ins><span class="visually-hidden">[inserted:] </span>三</ins>' in page


def test_a_revision_is_compared_with_any_other_of_its_article(
    draft: Revision, people: People, client: Client
) -> None:
    first, second = Revision.objects.exclude(pk=draft.pk).order_by("pk")
    client.force_login(people.author)
    page = shown(client.get(compare_url(draft, first.pk)))
    assert fields(page) == {"headline": "第[-一-]{+二+}版"}
    label = bases(page)[str(first.pk)]
    assert re.fullmatch(rf"\*#{first.pk} · author · \d{{4}}-\d\d-\d\d · superseded", label)
    assert set(bases(page)) == {"live", str(first.pk), str(second.pk), "start", "nothing"}


def test_what_readers_see_is_compared_with_what_gave_way_for_it(
    draft: Revision, people: People, client: Client
) -> None:
    live = Revision.objects.get(state=State.PUBLISHED)
    client.force_login(people.author)
    assert fields(shown(client.get(compare_url(live)))) == {"headline": "第[-一-]{+二+}版"}
    page = shown(client.get(compare_url(live, "live")))
    assert fields(page) == {}
    assert "Nothing differs." in page


def test_an_article_that_was_taken_down_is_what_readers_saw_last(
    draft: Revision, people: People, client: Client
) -> None:
    live = Revision.objects.get(state=State.PUBLISHED)
    actions.perform(live, "take_down", people.publisher, "撤稿")
    client.force_login(people.author)
    assert bases(shown(client.get(compare_url(draft))))["live"] == "*what readers saw last"


def test_a_new_entry_is_compared_with_what_was_last_reviewed(
    people: People, client: Client
) -> None:
    revision = RevisionFactory.create(author=people.author, headline="初稿")
    client.force_login(people.reviewer)
    page = shown(client.get(compare_url(revision)))
    assert fields(page)["headline"] == "{+初稿+}"
    assert bases(page)["nothing"].startswith("*")
    edit(revision, people, headline="二稿")
    actions.perform(revision, "submit", people.author)
    actions.perform(revision, "request_changes", people.reviewer, "短一点")
    edit(revision, people, headline="三稿")
    page = shown(client.get(compare_url(revision)))
    assert fields(page) == {"headline": "[-二-]{+三+}稿"}
    assert "Request changes · reviewer" in bases(page)["review"]
    assert fields(shown(client.get(compare_url(revision, "start")))) == {
        "headline": "[-初-]{+三+}稿"
    }


def test_a_stored_picture_is_shown_before_and_after(people: People, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people, picture="pictures/old.png")
    draft = RevisionFactory.create(article=live.article, picture="pictures/new.png")
    client.force_login(people.author)
    page = shown(client.get(compare_url(draft)))
    assert re.findall(r'<img src="([^"]*)"', page) == [
        "/media/pictures/old.png",
        "/media/pictures/new.png",
    ]


def test_hostile_text_is_shown_as_text(people: People, client: Client) -> None:
    evil = "<script>alert(1)</script>"
    said = {"summary": evil, "links": [[evil, evil]], "tag_names": [evil]}
    live = revision_in(State.PUBLISHED, people, headline=f"{evil}<b>", **said)
    draft = RevisionFactory.create(article=live.article, headline=f"{evil}<i>", category=category())
    client.force_login(people.reviewer)
    for page in (shown(client.get(compare_url(draft))), shown(client.get(compare_url(live)))):
        assert not re.search("<script>|<b>|<i>", page)
    assert fields(shown(client.get(compare_url(draft))))["headline"] == f"{evil}<[-b-]{{+i+}}>"


@pytest.mark.parametrize("base", ["review", "x", "0", "-1", "1e3", "２", "9" * 30, "%00"])
def test_what_is_not_offered_is_not_found(base: str, people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    assert client.get(compare_url(revision, base)).status_code == 404


def test_revisions_of_other_articles_are_not_found(
    draft: Revision, people: People, client: Client
) -> None:
    other = revision_in(State.PUBLISHED, people)
    new = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    assert client.get(compare_url(draft, other.pk)).status_code == 404
    assert client.get(compare_url(new, other.pk)).status_code == 404
    assert client.get(compare_url(draft, new.pk)).status_code == 404
    assert client.get(compare_url(new, "live")).status_code == 404


def test_whoever_may_see_revisions_may_compare_them(
    draft: Revision, people: People, client: Client
) -> None:
    assert client.get(compare_url(draft)).status_code == 302
    client.force_login(people.bystander)
    assert client.get(compare_url(draft)).status_code == 403
    people.bystander.user_permissions.add(Permission.objects.get(codename="view_revision"))
    assert client.get(compare_url(draft)).status_code == 200
    assert client.post(compare_url(draft)).status_code == 405


def test_the_revisions_page_leads_here(draft: Revision, people: People, client: Client) -> None:
    client.force_login(people.author)
    with translation.override("en"):
        page = shown(client.get(change_url(draft)))
    assert f'href="{compare_url(draft)}"' in page


def test_it_costs_the_same_with_more_revisions_edits_and_tags(
    draft: Revision, people: People, client: Client
) -> None:
    client.force_login(people.reviewer)
    edit(draft, people, headline="x", category=category(), tag_names=["一"])

    def cost() -> list[int]:
        counts = []
        for base in ("live", "start", Revision.objects.order_by("pk")[0].pk):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(compare_url(draft, base)).status_code == 200
            counts.append(len(queries))
        return counts

    cost()
    few = cost()
    superseded = {"article": draft.article, "category": draft.category, "state": State.SUPERSEDED}
    RevisionFactory.create_batch(20, **superseded)
    for number in range(20):
        edit(draft, people, headline=str(number), category=category(), tag_names=[f"{number}", "b"])
    assert cost() == few
    assert max(few) <= 10
