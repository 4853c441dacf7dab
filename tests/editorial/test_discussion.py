"""Comments and the request for a review: who may, when, and what the log keeps of it."""

from datetime import date

import pytest

from editorial import actions
from editorial.models import Comment, Event
from editorial.transitions import OPEN, State
from tests.editorial.factories import EVERYBODY, People, RevisionFactory, revision_in

DAY = date(2999, 1, 1)
WRITERS = {"author", "second_author", "reviewer", "publisher", "superuser"}
REVIEWERS = {"reviewer", "publisher", "superuser"}


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_works_at_the_desk_may_comment(name: str, people: People) -> None:
    revision = RevisionFactory.create()
    if name not in WRITERS:
        with pytest.raises(actions.NoRight):
            actions.comment(revision, getattr(people, name), "好")
    else:
        actions.comment(revision, getattr(people, name), " 好\r\n读 ", "summary")
        remark = Comment.objects.get()
        assert (remark.text, remark.field, remark.user.username) == ("好\n读", "summary", name)


@pytest.mark.parametrize("state", State)
def test_a_comment_decides_nothing(state: State, people: People) -> None:
    revision = revision_in(state, people)
    version, events = revision.version, Event.objects.count()
    actions.comment(revision, people.reviewer, "再想想")
    revision.refresh_from_db()
    assert (revision.state, revision.version) == (state, version)
    assert Event.objects.count() == events


@pytest.mark.parametrize(("text", "field"), [(" \n", ""), ("好", "state"), ("\0", "")])
def test_what_is_no_comment_is_refused(text: str, field: str, people: People) -> None:
    with pytest.raises(actions.Invalid):
        actions.comment(RevisionFactory.create(), people.author, text, field)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_comment_is_resolved_by_those_concerned(name: str, people: People) -> None:
    revision = RevisionFactory.create(author=people.author)
    remark = actions.comment(revision, people.reviewer, "太长")
    person = getattr(people, name)
    if name not in {"author", *REVIEWERS}:
        with pytest.raises(actions.NoRight):
            actions.resolve(remark, person)
        return
    actions.resolve(remark, person)
    remark.refresh_from_db()
    assert remark.resolved_by == person
    with pytest.raises(actions.WrongState):
        actions.resolve(remark, person)
    actions.reopen(remark, person)
    remark.refresh_from_db()
    assert (remark.resolved_by, remark.resolved_at) == (None, None)


def test_who_wrote_a_comment_may_take_it_back(people: People) -> None:
    remark = actions.comment(RevisionFactory.create(), people.second_author, "错字")
    assert actions.resolve(remark, people.second_author).resolved_by == people.second_author


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_author_and_reviewers_ask_for_a_review(name: str, people: People) -> None:
    revision = RevisionFactory.create(author=people.author)
    person = getattr(people, name)
    if name not in {"author", *REVIEWERS}:
        with pytest.raises(actions.NoRight):
            actions.assign(revision, person, people.reviewer, DAY)
        return
    actions.assign(revision, person, people.reviewer, DAY)
    revision.refresh_from_db()
    assert (revision.reviewer, revision.due, revision.version) == (people.reviewer, DAY, 1)
    event = Event.objects.get()
    assert (event.transition, event.user) == ("assign", person)
    assert event.details == {"reviewer": "reviewer", "due": "2999-01-01"}


@pytest.mark.parametrize("name", ["author", "second_author", "bystander"])
def test_only_who_may_approve_is_asked(name: str, people: People) -> None:
    revision = RevisionFactory.create(author=people.author)
    with pytest.raises(actions.Invalid):
        actions.assign(revision, people.author, getattr(people, name))


def test_nobody_is_asked_to_review_their_own(people: People) -> None:
    revision = RevisionFactory.create(author=people.reviewer)
    with pytest.raises(actions.Invalid):
        actions.assign(revision, people.publisher, people.reviewer)


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_a_closed_revision_is_not_assigned(state: State, people: People) -> None:
    revision = revision_in(state, people)
    with pytest.raises(actions.WrongState):
        actions.assign(revision, people.publisher, people.reviewer)


def test_asking_the_same_again_is_not_logged(people: People) -> None:
    revision = RevisionFactory.create(author=people.author)
    actions.assign(revision, people.author, people.reviewer, DAY)
    actions.assign(revision, people.author, people.reviewer, DAY)
    assert Event.objects.count() == 1
    actions.assign(revision, people.author, None)
    assert Event.objects.latest("pk").details == {"reviewer": "", "due": ""}
