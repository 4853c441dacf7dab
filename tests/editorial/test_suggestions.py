"""An editor accepts, merges or declines what a reader suggests: once, by right, with an answer."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digest.models import Article, LinkReport, Suggestion
from editorial import actions, suggestions
from editorial.links import gathering
from editorial.models import Comment, Link, Revision
from editorial.transitions import State
from tests.editorial.factories import EVERYBODY, People, category, publish, revision_in
from tests.editorial.test_admin_form import shown

ARXIV = "https://arxiv.org/abs/2305.14314"


@pytest.fixture
def sent(db: None) -> Suggestion:
    return Suggestion.objects.create(
        url=ARXIV, why="只需一块显卡。", name="小明", created_at=timezone.now()
    )


def decide(client: Client, sent: Suggestion, how: str, **data: object) -> None:
    client.post(reverse("admin:digest_suggestion_decide", args=[sent.pk, how]), data)


def test_an_accepted_one_is_a_draft_with_what_its_sender_said(
    people: People, sent: Suggestion
) -> None:
    draft = suggestions.accept(sent, people.author)
    assert (draft.state, draft.links, draft.author) == (
        State.DRAFT, [["paper", ARXIV]], people.author,
    )  # fmt: skip
    comment = Comment.objects.get()
    assert "小明" in comment.text
    assert "只需一块显卡。" in comment.text
    assert (sent.state, sent.revision) == ("accepted", draft.pk)


def test_its_sender_sees_what_became_of_it(
    people: People, sent: Suggestion, client: Client
) -> None:
    page = reverse("digest:suggestion", args=[sent.token])
    draft = suggestions.accept(sent, people.author)
    assert "已被采纳" in shown(client.get(page))
    section = category()
    actions.edit(
        draft, people.author, draft.version,
        category=section, headline="QLoRA", title="QLoRA", summary="好。",
    )  # fmt: skip
    publish(draft, people)
    assert Article.objects.get().get_absolute_url() in shown(client.get(page))


def test_a_merged_one_names_the_entry(people: People, sent: Suggestion, client: Client) -> None:
    live = revision_in(State.PUBLISHED, people, links=[["paper", ARXIV]])
    client.force_login(people.author)
    page = shown(client.get(reverse("admin:digest_suggestion_change", args=[sent.pk])))
    assert f'value="{live.article_id}"' in page, "the entry that has the paper is offered"
    decide(client, sent, "merge", article=live.article_id)
    sent.refresh_from_db()
    assert (sent.state, sent.article_id) == ("merged", live.article_id)
    assert live.headline in shown(client.get(reverse("digest:suggestion", args=[sent.token])))


def test_a_declined_one_says_why(people: People, sent: Suggestion, client: Client) -> None:
    client.force_login(people.reviewer)
    decide(client, sent, "decline", answer=" ")
    sent.refresh_from_db()
    assert sent.state == "waiting"
    decide(client, sent, "decline", answer="不在范围内。")
    assert "不在范围内。" in shown(client.get(reverse("digest:suggestion", args=[sent.token])))


def test_who_comes_second_is_told(people: People, sent: Suggestion) -> None:
    again = Suggestion.objects.get()
    suggestions.accept(sent, people.author)
    with pytest.raises(actions.WrongState):
        suggestions.accept(again, people.second_author)
    assert Revision.objects.count() == 1, "no second draft stays"


@pytest.mark.parametrize("how", ["accept", "merge", "decline", "forged"])
@pytest.mark.parametrize("name", EVERYBODY)
def test_only_who_may_decide_decides(
    people: People, sent: Suggestion, client: Client, name: str, how: str
) -> None:
    live = revision_in(State.PUBLISHED, people)
    client.force_login(getattr(people, name))
    decide(client, sent, how, article=live.article_id, answer="why")
    sent.refresh_from_db()
    allowed = {
        "accept": name != "bystander",
        "merge": name != "bystander",
        "decline": name in {"reviewer", "publisher", "superuser"},
        "forged": False,
    }
    assert (sent.state != "waiting") is allowed[how]
    decided_by = getattr(people, name) if allowed[how] else None
    assert sent.decided_by == decided_by


def test_an_entry_that_is_none_is_refused(people: People, sent: Suggestion, client: Client) -> None:
    client.force_login(people.author)
    for number in ("", "x", "999999", "9" * 40):
        decide(client, sent, "merge", article=number)
    sent.refresh_from_db()
    assert sent.state == "waiting"


def test_the_home_counts_what_readers_sent(
    people: People, sent: Suggestion, client: Client
) -> None:
    live = revision_in(State.PUBLISHED, people)
    LinkReport.objects.create(
        article=Article.objects.get(), url=live.url, created_at=timezone.now()
    )
    client.force_login(people.author)
    page = shown(client.get("/en/admin/"))
    assert "1 papers suggested" in page
    assert "1 links reported dead" in page


def test_a_reported_link_is_found_looked_at_and_settled(people: People, client: Client) -> None:
    revision_in(State.PUBLISHED, people, links=[])
    gathering.gather(timezone.now())
    link = Link.objects.get()
    LinkReport.objects.create(
        article=Article.objects.get(), url=link.url, note="404!", created_at=timezone.now()
    )
    client.force_login(people.author)
    reported = reverse("admin:editorial_link_changelist") + "?reported=1"
    assert link.host in shown(client.get(reported))
    assert "404!" in shown(client.get(reverse("admin:editorial_link_change", args=[link.pk])))
    client.post(reverse("admin:editorial_link_settle", args=[link.pk]))
    assert LinkReport.objects.get().settled_at
    assert link.host not in shown(client.get(reported))
