"""Whose entry is it?"""

from collections.abc import Callable
from itertools import pairwise

import pytest

from digest.readme import Entry, Link, parse
from editorial.incoming.candidates import Placed
from editorial.incoming.matching import Matches, pair
from tests.readme.growth import assert_linear
from tests.transfer.histories import Keeper

ARXIV = (Link("paper", "https://arxiv.org/abs/2305.14314"),)
OTHER = (Link("paper", "https://arxiv.org/abs/1706.03762"),)
KNOWN = Entry("QLoRA：一种高效微调方法", "u1", "Some Paper", "一种高效的微调方法。", ARXIV)
# What stands around it, so that it is not known by being the only one.
FIRST, LAST = Entry("开始", "first"), Entry("结束", "last")


def at(section: str, *entries: Entry, hidden: bool = False) -> list[Placed]:
    return [Placed(section, entry, hidden) for entry in entries]


def pairs(incoming: list[Placed], known: list[Placed]) -> dict[int, int]:
    """Match them; nothing may be in doubt."""
    matches = pair(incoming, known)
    assert not matches.doubts
    return matches.pairs


def test_what_says_the_same_is_the_same_also_in_another_place() -> None:
    one, two = Entry("一", "u1"), Entry("二", "u2")
    assert pairs(at("s", one, two), at("t", two, one)) == {0: 1, 1: 0}


def test_copies_are_paired_by_where_they_stand() -> None:
    one, two = Entry("一", "u1"), Entry("二", "u2")
    assert pairs(at("s", one, one), at("s", one, one)) == {0: 0, 1: 1}
    assert pairs(at("s", one, two, one), at("s", two, one)) == {1: 0, 2: 1}, "by its neighbour"
    known = [*at("s", one), *at("t", one, two)]
    assert pairs([*at("t", one, two), *at("s", one)], known) == {0: 1, 1: 2, 2: 0}
    assert pairs([*at("renamed", one, two), *at("s", one)], known) == {0: 1, 1: 2, 2: 0}


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "u2"},
        {"headline": "省内存的秘诀", "summary": "另一种说法，什么都不剩。"},
        {"title": "SOME  paper!", "links": ()},
        {"title": "", "links": (), "url": ""},
        {"links": (Link("pdf", "https://arxiv.org/pdf/2305.14314v2"),), "title": "Renamed Wholly"},
        {"headline": "QLoRA：一种更高效的微调方法（开源）", "url": "u2", "title": "", "links": ()},
    ],
    ids=["address", "words", "retyped", "title lost", "version", "alike"],
)
@pytest.mark.parametrize("section", ["s", "t"])
def test_some_marks_may_change_and_the_section_too(
    changes: dict[str, object], section: str
) -> None:
    incoming = [*at("s", FIRST), *at(section, KNOWN.edit(**changes)), *at("s", LAST)]
    assert pairs(incoming, at("s", FIRST, KNOWN, LAST)) == {0: 0, 1: 1, 2: 2}


def test_a_rewritten_entry_is_known_by_its_neighbours_and_one_mark() -> None:
    rewritten = Entry("省内存的秘诀", "u2", "Some Paper", "什么都不剩。")
    assert pairs(at("s", FIRST, rewritten, LAST), at("s", FIRST, KNOWN, LAST))[1] == 1
    elsewhere = [*at("s", FIRST, LAST), *at("t", rewritten, Entry("另一篇", "u8"))]
    assert pairs(elsewhere, at("s", FIRST, KNOWN, LAST)) == {0: 0, 1: 2}


def test_a_new_entry_is_nobodys() -> None:
    assert pairs(at("s", Entry("新", "u2", "New")), at("s", Entry("旧", "u1", "Old"))) == {}


def test_a_new_entry_in_the_place_of_another_is_nobodys() -> None:
    new = Entry("大模型评估的新基准", "u9", "A New Benchmark", "全面评估。", OTHER)
    assert pairs(at("s", FIRST, new, LAST), at("s", FIRST, KNOWN, LAST)) == {0: 0, 2: 2}


def test_a_title_that_many_entries_have_is_no_mark() -> None:
    weekly = [Entry(f"{word}周报", f"w{word}", "Weekly", f"{word * 5}。") for word in "甲乙丙"]
    new = Entry("模型量化这一周", "w9", "Weekly", "全新的内容都在这里。")
    incoming = at("s", weekly[0], new, weekly[2])
    assert pairs(incoming, at("s", *weekly)) == {0: 0, 2: 2}


def test_one_wrong_address_on_two_papers_pairs_nothing() -> None:
    wrong = Entry("大模型评估的新基准", "u1", "A New Benchmark", "全面评估。", OTHER)
    assert pairs(at("s", FIRST, wrong, LAST), at("s", FIRST, KNOWN, LAST)) == {0: 0, 2: 2}
    both = at("s", KNOWN.edit(summary="改了。"), wrong.edit(summary="也改了。"))
    assert pairs(both, at("s", wrong, KNOWN)) == {0: 1, 1: 0}


def test_placements_of_one_paper_are_told_apart() -> None:
    here = KNOWN
    there = KNOWN.edit(headline="再谈省内存的微调", url="u5", summary="从另一面看。")
    known = [*at("s", here), *at("t", there)]
    incoming = [*at("t", there.edit(url="u6")), *at("s", here.edit(url="u7"))]
    assert pairs(incoming, known) == {0: 1, 1: 0}


def test_doubt_is_said_with_its_candidates_the_likeliest_first() -> None:
    known = [*at("s", Entry("a", "u")), *at("t", Entry("b", "u"))]
    matches = pair([*at("t", Entry("c", "u")), *at("s", Entry("d", "u"))], known)
    assert matches.pairs == {}
    assert {left: [one.index for one in ones] for left, ones in matches.doubts.items()} == {
        0: [1, 0],
        1: [0, 1],
    }
    known = at("s", Entry("a", "u", "T1"), Entry("b", "u", "T2"))
    assert pair(at("s", Entry("c", "u", "T2")), known) == Matches({0: 1}, {})


def test_the_rest_of_a_renamed_section_tells_where_an_entry_came_from() -> None:
    copies = [Entry("综述", "", "Survey", "一"), Entry("综述", "", "Survey", "二")]
    marks = [Entry(f"独一{n}", f"u{n}") for n in range(4)]
    known = [
        *at("s", marks[0], copies[0], marks[1]),
        *at("t", marks[2], copies[1], marks[3]),
    ]
    changed = [one.edit(summary=f"{one.summary}又一说") for one in copies]
    incoming = [*at("新", *marks[2:], changed[1]), *at("也新", *marks[:2], changed[0])]
    assert pairs(incoming, known) == {0: 3, 1: 5, 2: 4, 3: 0, 4: 2, 5: 1}


def test_what_was_taken_down_comes_back_but_not_as_a_copy_of_a_live_one() -> None:
    gone = at("s", KNOWN, hidden=True)
    assert pairs(at("t", KNOWN.edit(summary="回来了。")), [*at("t", FIRST), *gone]) == {0: 1}
    live = at("s", KNOWN)
    assert pairs([*live, *at("t", KNOWN)], [*live, *gone]) == {0: 0, 1: 1}
    copy = KNOWN.edit(url="u2")
    assert pairs([*live, *at("t", copy)], [*live, *at("s", KNOWN.edit(url="u3"), hidden=True)]) == {
        0: 0
    }


def same(entry: Entry, _number: int) -> Entry:
    return entry


def with_other_address(entry: Entry, number: int) -> Entry:
    return entry.edit(url=f"http://{number}")


def alike(entry: Entry, _number: int) -> Entry:
    return entry.edit(headline=f"{entry.headline}！再看", url="u", title="", links=())


def unlike(_entry: Entry, number: int) -> Entry:
    return Entry(f"{number}号" * 5, f"v{number}", f"Other {number}", "全新。" * 9)


def one_of_a_crowd(_entry: Entry, _number: int) -> Entry:
    return Entry("同", "u", "Same", "一样。")


@pytest.mark.parametrize("change", [same, with_other_address, alike, unlike, one_of_a_crowd])
def test_matching_grows_with_the_lists(change: Callable[[Entry, int], Entry]) -> None:
    def match(count: int) -> None:
        entries = [KNOWN.edit(headline=f"方法{n}", url=f"u{n}") for n in range(count)]
        known = [Placed(f"s{n // 100}", entry) for n, entry in enumerate(entries)]
        incoming = [Placed(one.section, change(one.entry, n)) for n, one in enumerate(known)]
        pair(incoming, known)

    assert_linear(match, 250)


@pytest.mark.parametrize("seed", range(3))
def test_a_history_keeps_its_entries_apart(seed: int) -> None:
    """As ``test_history`` does, without a database and so over more versions."""
    history = [(_placed(text), ids) for text, ids in Keeper(seed).versions(60)]
    stayed = kept = 0
    for (known, before), (incoming, after) in pairwise(history):
        matches = pair(incoming, known)
        assert all(after[left] == before[right] for left, right in matches.pairs.items())
        stayed += len({*before} & {*after})
        kept += len(matches.pairs)
    assert kept > 0.999 * stayed


def _placed(text: str) -> list[Placed]:
    return [
        Placed(section.title, entry)
        for section in parse(text).sections
        for entry in section.entries
    ]
