"""Two people's changes of one entry, merged field by field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.changes.merging import Outcome, merge


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "outcome"),
    [
        ("一", "一", "一", Outcome.SAME),
        ("一", "二", "二", Outcome.SAME),
        ("一", "二", "一", Outcome.MINE),
        ("一", "一", "二", Outcome.THEIRS),
        ("一", "二", "三", Outcome.CONFLICT),
        ("一", "", "三", Outcome.CONFLICT),
        ((), ("LLM",), (), Outcome.MINE),
    ],
)
def test_what_becomes_of_a_field(base, mine, theirs, outcome: Outcome) -> None:
    assert merge({"x": base}, {"x": mine}, {"x": theirs}) == {"x": outcome}


def test_fields_are_merged_each_for_itself() -> None:
    base = {"headline": "一", "title": "A", "summary": "从前"}
    mine = {"headline": "二", "title": "A", "summary": "我的"}
    theirs = {"headline": "一", "title": "B", "summary": "他们的"}
    assert merge(base, mine, theirs) == {
        "headline": Outcome.MINE,
        "title": Outcome.THEIRS,
        "summary": Outcome.CONFLICT,
    }


def test_where_the_beginning_is_unknown_a_person_decides_about_what_differs() -> None:
    outcomes = merge({}, {"headline": "二", "title": None}, {"headline": "一", "title": None})
    assert outcomes == {"headline": Outcome.CONFLICT, "title": Outcome.SAME}


SAID = st.fixed_dictionaries({name: st.sampled_from(["", "一", "二"]) for name in "abc"})


@given(SAID, SAID, SAID)
def test_no_change_is_lost_unseen(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    for name, outcome in merge(base, mine, theirs).items():
        if outcome is Outcome.MINE:
            assert theirs[name] == base[name]
        elif outcome is Outcome.THEIRS:
            assert mine[name] == base[name]
        elif outcome is Outcome.SAME:
            assert mine[name] == theirs[name]
