"""Drafts: who may change them, what is taken from a form, and what two people at once come to."""

from typing import Any

import pytest

from digest.models import Article
from digest.readme import Entry, Link, Picture
from editorial import actions
from editorial.models import Event, Revision
from editorial.transitions import OPEN, State
from tests.editorial.factories import People, RevisionFactory, category, publish, revision_in

ENTRY = Entry(
    headline="快2倍！",
    url="https://mp.weixin.qq.com/s/1",
    title="Sophia",
    summary="一种新的优化器。",
    links=(Link("paper", "https://arxiv.org/abs/2305.14342"),),
)


def test_an_author_proposes_a_draft(people: People) -> None:
    section = category()
    entry = ENTRY.edit(headline=" 快2倍！\r\n", picture=Picture("a.png", "图"))
    made = actions.propose(
        people.author, category=section, tag_names=[" LLM", "llm", "", "评估"], entry=entry
    )
    stored = Revision.objects.get()
    assert stored == made
    assert (stored.state, stored.version, stored.author) == (State.DRAFT, 1, people.author)
    assert (stored.headline, stored.category) == ("快2倍！", section)
    assert stored.links == [["paper", "https://arxiv.org/abs/2305.14342"]]
    assert (stored.picture_src, stored.picture_alt) == ("a.png", "图")
    assert stored.tag_names == ["LLM", "评估"]


def test_staff_without_the_right_propose_nothing(people: People) -> None:
    with pytest.raises(actions.NoRight):
        actions.propose(people.bystander, entry=ENTRY)
    with pytest.raises(actions.NoRight):
        actions.propose_all(people.bystander, [Revision(headline="一")])
    live = revision_in(State.PUBLISHED, people).article
    assert live
    with pytest.raises(actions.NoRight):
        actions.revise(live, people.bystander)


def test_an_import_brings_many_as_they_are(people: People) -> None:
    odd = [["paper", "file:///C:/Users/Lenovo/0526.pdf"]]
    revisions = [
        Revision(headline="一 ", links=odd, source="**1、…**", state=State.PUBLISHED, version=9),
        Revision(headline="二"),
    ]
    actions.propose_all(people.author, revisions)
    assert all(revision.pk for revision in revisions)
    first = Revision.objects.get(headline="一 ")
    assert (first.state, first.version, first.links) == (State.DRAFT, 1, odd)
    assert first.author == people.author


UNFIT = {
    "no headline": {"headline": " "},
    "a NUL": {"summary": "a\0b"},
    "a NUL in a link": {"links": (Link("paper", "https://e.org/\0"),)},
    "a headline of two lines": {"headline": "一\n二"},
    "a headline that never closes": {"headline": "一 ["},
    "a summary that is an entry": {"summary": "一\n\n**2、[三](https://e.org)**\n\n四"},
    "a summary that is a section": {"summary": "一\n\n# 二\n\n三"},
    "a script": {"url": "javascript:alert(1)"},
    "a script with a blank": {"url": " java\tscript:alert(1)"},
    "a script in capitals": {"links": (Link("paper", "JavaScript:alert(1)"),)},
    "data": {"links": (Link("paper", "data:text/html,x"),)},
    "another script": {"picture": Picture("vbscript:x")},
    "a file": {"links": (Link("paper", "file:///C:/0526.pdf"),)},
}


@pytest.mark.parametrize("changes", UNFIT.values(), ids=UNFIT)
def test_what_cannot_be_taken_is_refused(changes: dict[str, Any], people: People) -> None:
    with pytest.raises(actions.Invalid):
        actions.propose(people.author, category=category(), entry=ENTRY.edit(**changes))
    assert not Revision.objects.exists()


@pytest.mark.parametrize("tag", ["长" * 101, "a\0b"])
def test_a_tag_that_cannot_be_stored_is_refused(tag: str, people: People) -> None:
    with pytest.raises(actions.Invalid):
        actions.propose(people.author, entry=ENTRY, tag_names=[tag])


def test_a_nul_in_a_note_is_refused(people: People) -> None:
    revision = RevisionFactory.create(state=State.IN_REVIEW)
    with pytest.raises(actions.Invalid):
        actions.perform(revision, "decline", people.reviewer, "a\0")


def test_an_edit_is_stored_and_counted(people: People) -> None:
    revision = RevisionFactory.create(author=people.author, source="**1、…**", tag_names=["LLM"])
    actions.edit(revision, people.author, 1, headline="换了", tag_names=["LLM", "评估"])
    stored = Revision.objects.get()
    assert (stored.headline, stored.tag_names, stored.version) == ("换了", ["LLM", "评估"], 2)
    assert stored.source == ""  # written in the house style from now on
    assert (revision.headline, revision.version) == ("换了", 2)


def test_saving_the_same_changes_nothing(people: People) -> None:
    revision = RevisionFactory.create(
        author=people.author, source="**1、…**", summary="一\n二 ", tag_names=["LLM"], gap="\n\n"
    )
    before = Revision.objects.values().get()
    actions.edit(
        revision,
        people.author,
        1,
        headline=f" {revision.headline} ",
        summary="一\r\n二",
        links=revision.links,
        category=revision.category,
        tag_names=["LLM"],
    )
    assert Revision.objects.values().get() == before


def test_another_tag_or_section_leaves_the_text_as_it_was_written(people: People) -> None:
    revision = RevisionFactory.create(
        author=people.author, source="**1、…**", gap="\n\n", position=3
    )
    actions.edit(revision, people.author, 1, tag_names=["LLM"], category=category())
    revision.refresh_from_db()
    assert revision.source == "**1、…**"
    assert (revision.gap, revision.position) == (None, None)


def test_another_picture_forgets_the_file_of_the_old_one(people: People) -> None:
    revision = RevisionFactory.create(
        author=people.author, picture_src="a.png", picture_source="<p>…</p>", picture="a.png"
    )
    actions.edit(revision, people.author, 1, picture_src="b.png")
    revision.refresh_from_db()
    assert (revision.picture_source, revision.picture.name) == ("", "")


def test_a_stale_edit_is_refused_and_changes_nothing(people: People) -> None:
    mine = RevisionFactory.create(author=people.author)
    theirs = Revision.objects.get()
    actions.edit(theirs, people.publisher, 1, headline="他们的")
    with pytest.raises(actions.Stale):
        actions.edit(mine, people.author, 1, headline="我的")
    with pytest.raises(actions.Stale):
        actions.edit(Revision.objects.get(), people.author, 1, headline="我的")
    assert Revision.objects.get().headline == "他们的"
    assert mine.headline != "我的"


def test_an_edit_that_meets_a_move_is_refused(people: People) -> None:
    mine = RevisionFactory.create(author=people.author)
    actions.perform(Revision.objects.get(), "submit", people.author)
    with pytest.raises(actions.WrongState, match="author"):
        actions.edit(mine, people.author, 1, headline="我的")


def test_a_move_of_what_was_changed_meanwhile_is_refused(people: People) -> None:
    read = RevisionFactory.create(author=people.author)
    actions.edit(Revision.objects.get(), people.publisher, 1, headline="他们的")
    with pytest.raises(actions.Stale):
        actions.perform(read, "submit", people.author)
    assert Revision.objects.get().state == State.DRAFT


EDITORS = {"author", "publisher", "superuser"}


@pytest.mark.parametrize(
    "name", ["author", "second_author", "reviewer", "publisher", "bystander", "superuser"]
)
def test_who_may_edit(name: str, people: People) -> None:
    revision = RevisionFactory.create(author=people.author)
    if name in EDITORS:
        actions.edit(revision, getattr(people, name), 1, headline="换了")
    else:
        with pytest.raises(actions.NoRight):
            actions.edit(revision, getattr(people, name), 1, headline="换了")


def test_an_author_who_lost_the_role_edits_no_more(people: People) -> None:
    revision = RevisionFactory.create(author=people.bystander)
    with pytest.raises(actions.NoRight):
        actions.edit(revision, people.bystander, 1, headline="换了")


@pytest.mark.parametrize("state", State)
def test_when_text_may_be_edited(state: State, people: People) -> None:
    revision = revision_in(state, people)
    if state in {State.DRAFT, State.CHANGES_REQUESTED}:
        actions.edit(revision, people.author, revision.version, headline="换了")
    else:
        with pytest.raises(actions.WrongState):
            actions.edit(revision, people.author, revision.version, headline="换了")


def test_an_address_that_a_readme_brought_may_stay_but_not_come_anew(people: People) -> None:
    links = [["paper", "file:///C:/0526.pdf"]]
    revision = RevisionFactory.create(author=people.author, links=links)
    actions.edit(revision, people.author, 1, summary="逗号，改了。")
    with pytest.raises(actions.Invalid):
        actions.edit(revision, people.author, 2, links=[*links, ["code", "file:///C:/1.pdf"]])


def test_an_entry_that_cannot_stand_in_the_readme_is_not_submitted(people: People) -> None:
    revision = RevisionFactory.create(author=people.author, headline="一 [")
    with pytest.raises(actions.Invalid):
        actions.perform(revision, "submit", people.author)


# --- Revising what is live -----------------------------------------------------------------------


def test_a_revision_begins_as_what_is_live(people: People) -> None:
    first = revision_in(
        State.PUBLISHED, people, source="**1、…**", tag_names=["评估", "LLM"], gap="\n\n"
    )
    assert first.article
    change = actions.revise(first.article, people.second_author)
    assert (change.state, change.author, change.article) == (
        State.DRAFT,
        people.second_author,
        first.article,
    )
    for name in ("headline", "summary", "links", "source", "gap", "tag_names", "category"):
        assert getattr(change, name) == getattr(first, name)
    assert change.position is None


def test_a_second_open_revision_names_who_holds_the_first(people: People) -> None:
    first = revision_in(State.PUBLISHED, people)
    assert first.article
    actions.revise(first.article, people.second_author)
    with pytest.raises(actions.WrongState, match="second_author"):
        actions.revise(first.article, people.author)
    with pytest.raises(actions.WrongState, match="second_author"):
        actions.propose(people.author, article=first.article, entry=ENTRY)
    assert Revision.objects.filter(article=first.article).count() == 2


def test_a_withdrawn_revision_makes_way(people: People) -> None:
    first = revision_in(State.PUBLISHED, people)
    assert first.article
    actions.perform(actions.revise(first.article, people.author), "withdraw", people.author)
    assert actions.revise(first.article, people.second_author).pk


def test_revising_shows_readers_nothing(people: People) -> None:
    first = revision_in(State.PUBLISHED, people)
    before = Article.objects.values().get()
    assert first.article
    change = actions.revise(first.article, people.author)
    actions.edit(change, people.author, 1, headline="换了", category=category())
    assert Article.objects.values().get() == before


def test_an_edit_is_logged_with_what_stood_there_before(people: People) -> None:
    revision = RevisionFactory.create(author=people.author, summary="旧", tag_names=["LLM"])
    actions.edit(revision, people.publisher, 1, summary="新", tag_names=["NLP"])
    event = Event.objects.get()
    assert (event.transition, event.user) == ("edit", people.publisher)
    assert (event.source, event.target) == (State.DRAFT, State.DRAFT)
    assert event.details["version"] == revision.version == 2
    before = event.details["before"]
    assert (before["summary"], before["tag_names"]) == ("旧", ["LLM"])
    assert set(before) == {"summary", "tag_names", "source"}
    actions.edit(revision, people.author, 2, summary="新")
    assert Event.objects.count() == 1


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_an_ended_revision_begins_again_as_a_draft(state: State, people: People) -> None:
    old = revision_in(state, people, summary="从前", tag_names=["LLM"])
    again = actions.revise_from(old, people.second_author)
    stored = Revision.objects.get(pk=again.pk)
    assert (stored.state, stored.author) == (State.DRAFT, people.second_author)
    assert (stored.article, stored.category) == (old.article, old.category)
    assert (stored.summary, stored.tag_names) == ("从前", ["LLM"])
    assert (stored.version, stored.publish_at, stored.reviewer) == (1, None, None)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_revision_does_not_begin_again(state: State, people: People) -> None:
    with pytest.raises(actions.WrongState):
        actions.revise_from(revision_in(state, people), people.author)


def test_an_article_goes_back_to_an_older_revision(people: People) -> None:
    first = revision_in(State.SUPERSEDED, people, headline="最早的标题")
    publish(actions.revise_from(first, people.author), people)
    assert Article.objects.get().headline == "最早的标题"
