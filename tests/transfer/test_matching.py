"""Whose entry is it?"""

from digest.readme import Entry, Link
from editorial.matching import Placed, pair

ARXIV = (Link("paper", "https://arxiv.org/abs/2305.14314"),)


def at(section: str, *entries: Entry) -> list[Placed]:
    return [Placed(section, entry) for entry in entries]


def test_what_says_the_same_is_the_same_also_in_another_place() -> None:
    one, two = Entry("一", "u1"), Entry("二", "u2")
    assert pair(at("s", one, two), at("t", two, one)) == ({0: 1, 1: 0}, set())


def test_copies_are_paired_in_order() -> None:
    one = Entry("一", "u1")
    assert pair(at("s", one, one), at("s", one, one)) == ({0: 0, 1: 1}, set())


def test_each_mark_is_enough_alone() -> None:
    known = Entry("旧标题", "u1", "Some Paper", "摘要", ARXIV)
    for incoming in (
        Entry("x", "u1"),
        Entry("x", "u2", "y", links=ARXIV),
        Entry("x", "u2", "some paper!"),
        Entry("旧标题！", "u2"),
    ):
        assert pair(at("t", incoming), at("s", known)) == ({0: 0}, set())


def test_the_same_section_counts_before_another() -> None:
    known = [*at("s", Entry("a", "u")), *at("t", Entry("b", "u"))]
    incoming = [*at("t", Entry("c", "u")), *at("s", Entry("d", "u"))]
    assert pair(incoming, known) == ({0: 1, 1: 0}, set())


def test_a_new_entry_is_nobodys() -> None:
    assert pair(at("s", Entry("新", "u2", "New")), at("s", Entry("旧", "u1", "Old"))) == ({}, set())


def test_doubt_is_said_and_not_guessed() -> None:
    known = at("s", Entry("a", "u", "T1"), Entry("b", "u", "T2"))
    assert pair(at("s", Entry("c", "u", "T3")), known) == ({}, {0})
    assert pair(at("s", Entry("c", "u", "T2")), known) == ({0: 1}, set())
