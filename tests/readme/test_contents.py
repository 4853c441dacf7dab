"""A table of contents follows when the sections change, line by line."""

from collections.abc import Sized
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readme import Contents, parse, renew_contents, section_anchors
from digest.readme.contents import spoken, titles
from tests.readme.strategies import words

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"
SOURCE = "### 目录\n\n[**一、甲**](#old)\n\n[乙](#yi) \n\n另见[附录](https://x)\n\n[**三、丙**](#c)"
BEFORE = ["甲", "乙", "丙"]


def renewed(*after: tuple[str, str], source: str = SOURCE, newline: str = "\n") -> list[str]:
    own = [f"a{place}" for place in range(1, len(after) + 1)]
    return renew_contents(source, BEFORE, after, own, newline).split("\n")


def test_without_a_change_every_byte_stays() -> None:
    kept = [(title, title) for title in BEFORE]
    assert "\n".join(renewed(*kept)) == SOURCE


def test_a_new_title_changes_its_line_alone() -> None:
    assert renewed(("甲", "甲"), ("乙", "新乙"), ("丙", "丙")) == [
        *("### 目录", "", "[**一、甲**](#old)", "", "[**二、新乙**](#a2)", ""),
        *("另见[附录](https://x)", "", "[**三、丙**](#c)"),
    ]


def test_sections_that_change_places_change_their_lines() -> None:
    assert renewed(("乙", "乙"), ("甲", "甲"), ("丙", "丙")) == [
        *("### 目录", "", "[**一、乙**](#a1)", "", "[**二、甲**](#a2)", ""),
        *("另见[附录](https://x)", "", "[**三、丙**](#c)"),
    ]


def test_a_section_that_is_gone_takes_its_line_along() -> None:
    assert renewed(("乙", "乙"), ("丙", "丙")) == [
        *("### 目录", "", "[**一、乙**](#a1)", "", "[**二、丙**](#a2)", ""),
        "另见[附录](https://x)",
    ]


def test_a_new_section_gets_a_line_in_its_place() -> None:
    assert renewed(("甲", "甲"), ("", "新"), ("乙", "乙"), ("丙", "丙")) == [
        *("### 目录", "", "[**一、甲**](#old)", "", "[**二、新**](#a2)", ""),
        *("另见[附录](https://x)", "", "[**三、乙**](#a3)", "", "[**四、丙**](#a4)"),
    ]


def test_a_section_that_the_contents_left_out_stays_out() -> None:
    source = "[**一、甲**](#a)\n\n[**三、丙**](#c)"
    after = [("甲", "甲"), ("乙", "新乙"), ("丙", "新丙")]
    assert renewed(*after, source=source) == ["[**一、甲**](#a)", "", "[**三、新丙**](#a3)"]


def test_bullets_and_tight_lines_are_kept() -> None:
    source = "- [甲](#a)<br>\n- [乙](#b)<br>\n- [丙](#c)<br>\n"
    after = [("甲", "甲"), ("乙", "新"), ("", "丁"), ("丙", "丙")]
    assert renewed(*after, source=source) == [
        *("- [甲](#a)<br>", "- [**二、新**](#a2)<br>", "- [**三、丁**](#a3)<br>"),
        *("- [**四、丙**](#a4)<br>", ""),
    ]


def test_numbers_before_the_lines_are_renewed() -> None:
    source = "1. [甲](#a)\n2. [乙](#b)\n3. [丙](#c)"
    assert renewed(("丙", "丙"), ("甲", "甲"), source=source) == [
        "1. [**一、丙**](#a1)",
        "2. [**二、甲**](#a2)",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_heading_without_lines_gets_them(newline: str) -> None:
    text = renew_contents("## 目录", [], [("", "甲"), ("", "乙")], ["x", "y"], newline)
    assert text.split(newline) == ["## 目录", "", "[**一、甲**](#x)", "", "[**二、乙**](#y)"]


def test_equal_titles_keep_their_own_lines() -> None:
    source = "[甲](#x)\n[甲](#y)\n[乙](#z)"
    before, after = ["甲", "甲", "乙"], [("甲", "甲"), ("甲", "甲"), ("乙", "丙")]
    assert renew_contents(source, before, after, ["1", "2", "3"]) == (
        "[甲](#x)\n[甲](#y)\n[**三、丙**](#3)"
    )


def test_marks_in_a_title_make_no_difference() -> None:
    source = "[**一、A `b`**](#x)\n[**二、c d**](#y)"
    before = ["A `b`", "*c* [d](u)"]
    after = [("A `b`", "A `b`"), ("*c* [d](u)", "*c* [d](u)")]
    assert renew_contents(source, before, after, ["1", "2"]) == source


def test_the_seeds_contents_follow_a_new_section() -> None:
    document = parse(SEED.read_text(encoding="utf-8"))
    contents = document.preamble[1].source
    named = [section.title for section in document.sections]
    after = [("", "新组"), *zip(named, named, strict=True)]
    own = ["一新组", *section_anchors(document)]
    lines = renew_contents(contents, named, after, own).split("\n\n")
    assert lines[:3] == [
        "### 目录",
        "[**一、新组**](#一新组)",
        "[**二、人工反馈强化学习（RLHF）**](#人工反馈强化学习rlhf)",
    ]
    assert len(lines) == 7


def anchors(sections: Sized) -> list[str]:
    return [f"a{place}" for place in range(len(sections))]


@given(
    st.lists(words, min_size=2, max_size=5, unique_by=spoken),
    st.lists(words, min_size=2, max_size=5, unique_by=spoken),
    st.randoms(use_true_random=False),
)
def test_the_lines_then_name_the_sections_in_order(before, new, random) -> None:
    first = renew_contents("# 目录", [], [("", title) for title in before], anchors(before))
    after = [(title, title) for title in before] + [("", t) for t in new if t not in before]
    random.shuffle(after)
    after = after[: max(2, len(after) - 1)]
    source = renew_contents(first, before, after, anchors(after))
    assert list(titles(source)) == [spoken(title) for _, title in after]
    assert parse(source).preamble == (Contents(source),)
