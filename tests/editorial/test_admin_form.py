"""The desk's own pages: the form of a revision, its answers, an article's page and the lists."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from digest.models import Category
from editorial import actions
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, revision_in

ADD = "/admin/editorial/revision/add/"


def change_url(revision: Revision) -> str:
    return reverse("admin:editorial_revision_change", args=[revision.pk])


def typed(section: Category | None, **fields: Any) -> dict[str, Any]:
    return {
        "category": section.pk if section else "",
        "headline": "快2倍！",
        "url": "https://mp.weixin.qq.com/s/1",
        "title": "Sophia",
        "summary": "一种新的\r\n优化器。",
        "links": "paper https://arxiv.org/abs/2305.14342\r\n\r\n项目 主页  https://e.org/a b",
        "picture_src": "",
        "picture_alt": "",
        "tags": "LLM, 大模型，优化、llm",
        **fields,
    }


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_author_writes_a_draft(people: People, client: Client) -> None:
    client.force_login(people.author)
    section = category()
    answer = client.post(ADD, typed(section))
    revision = Revision.objects.get()
    assert answer.headers["Location"] == change_url(revision)
    assert (revision.author, revision.state) == (people.author, State.DRAFT)
    assert revision.summary == "一种新的\n优化器。"
    assert revision.links == [
        ["paper", "https://arxiv.org/abs/2305.14342"],
        ["项目 主页", "https://e.org/a b"],
    ]
    assert revision.tag_names == ["LLM", "大模型", "优化"]
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("name", ["bystander"])
def test_who_has_no_role_has_no_desk(name: str, people: People, client: Client) -> None:
    revision = RevisionFactory.create()
    client.force_login(getattr(people, name))
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, typed(category())).status_code == 403
    assert client.get(change_url(revision)).status_code == 403
    assert client.post(change_url(revision), typed(category(), version=1)).status_code == 403
    assert client.get("/admin/editorial/revision/").status_code == 403
    assert Revision.objects.count() == 1


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW)
    for url in (ADD, change_url(revision)):
        assert client.get(url).status_code == 302
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "approve"])
    assert "login" in client.post(move, {"version": 1}).headers["Location"]
    revision.refresh_from_db()
    assert revision.state == State.IN_REVIEW


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"headline": ""}, "headline"),
        ({"headline": " "}, "headline"),
        ({"headline": "一 ["}, "headline"),
        ({"category": ""}, "category"),
        ({"category": "x"}, "category"),
        ({"category": "999999"}, "category"),
        ({"links": "https://arxiv.org/abs/1"}, "links"),
        ({"links": "paper https://e.org\r\ncode javascript:alert(1)"}, "links"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"title": "一\r\n二"}, "title"),
        ({"summary": "a\0b"}, "summary"),
        ({"summary": "一。\r\n\r\n二。", "links": ""}, "summary"),
        ({"picture_src": "file:///C:/a.png"}, "picture_src"),
        ({"tags": "字" * 101}, "tags"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_comes_back_with_a_reason_beside_its_field(
    wrong: dict[str, str], field: str, people: People, client: Client
) -> None:
    client.force_login(people.author)
    answer = client.post(ADD, typed(category(), **{"picture_alt": "KEPT WORDS", **wrong}))
    page = shown(answer)
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    assert f'href="#id_{field}"' in page
    control = re.search(rf'<(?:input|textarea|select)[^>]* id="id_{field}"[^>]*>', page)
    assert control
    assert 'aria-invalid="true"' in control[0]
    assert f"id_{field}_error" in control[0]
    assert "autofocus" in control[0]
    assert page.count('aria-invalid="true"') == 1
    assert "KEPT WORDS" in page
    assert not Revision.objects.exists()


def test_every_line_that_is_no_link_is_named(people: People, client: Client) -> None:
    client.force_login(people.author)
    lines = "\r\npaper https://e.org\r\nnone\r\n\r\nneither"
    page = shown(client.post(ADD, typed(category(), links=lines)))
    errors = page[page.index('id="id_links_error"') :].partition("</ul>")[0]
    assert re.findall(r"\d+", re.sub(r"<[^>]*>", "", errors)) == ["3", "5"]


@pytest.mark.parametrize(
    ("state", "person", "words"),
    [
        (State.APPROVED, "author", "withdraw"),
        (State.APPROVED, "reviewer", "request changes"),
        (State.SCHEDULED, "second_author", "reviewer requests changes"),
    ],
)
def test_who_cannot_change_a_text_is_told_how_that_comes(
    state: State, person: str, words: str, people: People, client: Client
) -> None:
    revision = revision_in(state, people)
    client.force_login(getattr(people, person))
    page = shown(client.get(f"/en/admin/editorial/revision/{revision.pk}/change/"))
    assert words in page[page.index("desk-locked") :][:300]
    assert "revision_form" not in page


def test_opening_and_saving_changes_nothing(people: People, client: Client) -> None:
    revision = RevisionFactory.create(
        author=people.author,
        source="**1、…**",
        summary="一\n\n二",
        links=[["Paper", "https://e.org/a b"], ["project page", "file:///C:/x y.pdf"]],
        tag_names=["LLM", "大模型"],
        picture_src="a.png",
        picture_alt="图",
    )
    before = Revision.objects.values().get()
    client.force_login(people.author)
    page = shown(client.get(change_url(revision)))
    answer = client.post(change_url(revision), browser_form(page), follow=True)
    assert Revision.objects.values().get() == before
    assert not Event.objects.exists()
    assert answer.status_code == 200


def browser_form(page: str) -> dict[str, str]:
    """Return what a browser would send back of the page's big form."""
    form = page[page.index('id="revision_form"') :]
    form = form[: form.index("</form>")]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = unescape(value[1]) if value else ""
    textarea = r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>'
    for name, text in re.findall(textarea, form, re.S):
        fields[name] = unescape(text).replace("\n", "\r\n")
    select = r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>'
    for name, options in re.findall(select, form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_a_stale_form_is_refused_with_both_versions(people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author, summary="从前")
    actions.edit(Revision.objects.get(), people.publisher, 1, summary="他们写的")
    client.force_login(people.author)
    mine = typed(revision.category, summary="我写的", version=1)
    answer = client.post(change_url(revision), mine)
    assert answer.status_code == 409
    assert "我写的" in shown(answer)
    assert "他们写的" in shown(answer)
    assert Revision.objects.get().summary == "他们写的"
    # Whoever saves now has seen both.
    assert client.post(change_url(revision), {**mine, "version": 2}).status_code == 302
    assert Revision.objects.get().summary == "我写的"
    assert 'name="version" value="2"' in shown(answer)


def test_what_was_typed_survives_a_submission_elsewhere(people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    actions.perform(Revision.objects.get(), "submit", people.author)
    client.force_login(people.author)
    mine = typed(revision.category, summary="我写的", version=1)
    answer = client.post(change_url(revision), mine)
    assert answer.status_code == 409
    assert "我写的" in shown(answer)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_forged_version_is_stale(version: str, people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author)
    client.force_login(people.author)
    answer = client.post(change_url(revision), typed(revision.category, version=version))
    assert answer.status_code in {200, 409}
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "submit"])
    assert client.post(move, {"version": version}).status_code == 409
    revision.refresh_from_db()
    assert (revision.version, revision.state) == (1, State.DRAFT)


def test_another_author_may_read_but_not_change(people: People, client: Client) -> None:
    revision = RevisionFactory.create(author=people.author, summary="从前")
    client.force_login(people.second_author)
    page = shown(client.get(change_url(revision)))
    assert "从前" in page
    assert "revision_form" not in page
    forged = client.post(change_url(revision), typed(revision.category, version=1))
    assert forged.status_code == 403
    assert Revision.objects.get().summary == "从前"


def test_moves_are_posts_with_a_token(people: People) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW)
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "approve"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.reviewer)
    assert client.get(move).status_code == 405
    assert client.post(move, {"version": 1}).status_code == 403
    unknown = reverse("admin:editorial_revision_move", args=[revision.pk, "approved"])
    friend = Client()
    friend.force_login(people.reviewer)
    assert friend.post(unknown).status_code == 404
    gone = reverse("admin:editorial_revision_move", args=[revision.pk + 1, "approve"])
    assert friend.post(gone).status_code == 404
    revision.refresh_from_db()
    assert revision.state == State.IN_REVIEW


def test_a_note_is_kept_when_someone_else_was_first(people: People, client: Client) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW)
    actions.perform(Revision.objects.get(), "approve", people.publisher)
    client.force_login(people.reviewer)
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "request_changes"])
    answer = client.post(move, {"version": 1, "note": "标题太长"})
    assert answer.status_code == 409
    assert "标题太长" in shown(answer)


def test_who_forgets_the_note_is_told(people: People, client: Client) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW)
    client.force_login(people.reviewer)
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "request_changes"])
    answer = client.post(move, {"version": 1, "note": " "}, follow=True)
    assert answer.redirect_chain == [(change_url(revision), 302)]
    assert "messagelist" in shown(answer)


def test_a_redirect_stays_on_this_site(people: People, client: Client) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW)
    client.force_login(people.reviewer)
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "approve"])
    answer = client.post(move, {"version": 1, "next": "https://evil.example/"})
    assert answer.headers["Location"] == change_url(revision)


def test_the_page_tells_its_history(people: People, client: Client) -> None:
    revision = revision_in(State.TAKEN_DOWN, people)
    client.force_login(people.author)
    history = shown(client.get(change_url(revision))).partition('id="history"')[2]
    assert "错了" in history
    assert history.index("publisher") < history.index("author")


def test_hostile_text_is_shown_as_text(people: People, client: Client) -> None:
    evil = "<script>alert(1)</script>"
    revision = RevisionFactory.create(
        state=State.IN_REVIEW, headline=evil, summary=evil, links=[[evil, evil]], tag_names=[evil]
    )
    actions.perform(revision, "request_changes", people.reviewer, evil)
    client.force_login(people.publisher)
    for url in (change_url(revision), "/admin/editorial/revision/", "/admin/editorial/event/"):
        assert evil not in shown(client.get(url))


def test_revisions_and_events_are_never_deleted(people: People, client: Client) -> None:
    revision = revision_in(State.PUBLISHED, people)
    event = Event.objects.latest("pk")
    client.force_login(people.superuser)
    pages = [
        reverse("admin:editorial_revision_delete", args=[revision.pk]),
        reverse("admin:editorial_event_delete", args=[event.pk]),
        reverse("admin:digest_article_delete", args=[revision.article_id]),
    ]
    for url in pages:
        assert client.post(url, {"post": "yes"}).status_code == 403
    assert client.get("/admin/editorial/event/add/").status_code == 403
    forged = {"action": "delete_selected", "_selected_action": str(revision.pk), "post": "yes"}
    client.post("/admin/editorial/revision/", forged)
    assert Revision.objects.filter(pk=revision.pk).exists()
