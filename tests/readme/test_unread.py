"""What was not understood is reported with its line."""

import pytest

from digest.readme import Unread, parse, unread
from tests.readme.test_seed import SEED


def found(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in unread(parse(text))]


def test_the_seed_is_understood_to_the_last_line() -> None:
    assert found(SEED.read_bytes().decode()) == []


def test_an_entry_before_the_first_section_is_reported() -> None:
    assert list(unread(parse("导言\n\n1、[T](u)\n"))) == [Unread(3, "no-section", "1、[T](u)")]


@pytest.mark.parametrize(
    "line", ["**1、[T](u) (2023)**", "2. [T] (u)", "3) **[T](u)** 新", "**[4、T](u) 🔥**"]
)
def test_a_line_that_begins_like_an_entry_is_reported(line: str) -> None:
    assert found(f"# 一、S\n\n导言\n\n{line}\n") == [(5, "no-entry")]


def test_text_behind_an_entry_is_reported_and_an_introduction_is_not() -> None:
    text = "# S\n\n导言\n\n1、[T](u)\n\n摘要[[paper](p)]\n\n闲笔\n\n第二段\n"
    assert found(text) == [(9, "stray")]


def test_code_is_not_reported() -> None:
    assert found("# 一、S\n\n```\n1、[T](u) x\n```\n") == []
