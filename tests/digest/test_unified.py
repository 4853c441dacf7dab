"""Diffs of long lists: right, as others write them, and quick where every number changes."""

import re
from difflib import unified_diff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.unified import hunks
from tests.readme.growth import assert_linear

lines = st.sampled_from(
    [
        "**1、[甲](u)**\n",
        "**2、[甲](u)**\n",
        "**3、[乙](u)**\n",
        "\n",
        "摘要\n",
        "a\u2028b\n",
        "末\r\n",
    ]
)
texts = st.builds("".join, st.lists(lines)) | st.builds(
    "{}尾".format, st.builds("".join, st.lists(lines))
)


def numbered(headlines: list[str]) -> str:
    return "".join(
        f"**{number}、[{headline}](u)**\n\n{headline}的摘要\n\n"
        for number, headline in enumerate(headlines, 1)
    )


def patched(text: str, diff: list[str]) -> str:
    """Apply the hunks as ``patch`` does, and hold them against the text on the way."""
    old = re.findall(r"[^\n]*\n|[^\n]+", text)
    new, place = [], 0
    for line in diff:
        if line.startswith("@@"):
            start, _, count = line.split()[1].removeprefix("-").partition(",")
            begin = int(start) - (count != "0")
            new += old[place:begin]
            place = begin
            continue
        said = line[1:].removesuffix("\n\\ No newline at end of file\n")
        if line[0] in " -":
            assert old[place] == said
            place += 1
        if line[0] in " +":
            new.append(said)
    return "".join([*new, *old[place:]])


@given(texts, texts)
def test_a_diff_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    assert patched(before, list(hunks(before, after))) == after


def test_nothing_is_said_of_what_is_equal() -> None:
    assert list(hunks("a\nb", "a\nb")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "a\n"), ("a\n", ""), ("a\nb\nc\n", "a\nx\nc\n"), ("a\n" * 20, "a\n" * 9 + "b\n")],
)
def test_it_is_written_as_diff_writes_it(before: str, after: str) -> None:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    assert list(hunks(before, after)) == list(unified_diff(old, new))[2:]


def test_an_end_without_a_newline_is_marked() -> None:
    assert list(hunks("a\n", "a"))[1:] == ["-a\n", "+a\n\\ No newline at end of file\n"]


def test_a_new_number_is_a_change_of_one_line() -> None:
    before, after = numbered(["甲", "乙"]), numbered(["新", "甲", "乙"])
    assert [line for line in hunks(before, after) if line[0] in "+-"] == [
        *("+**1、[新](u)**\n", "+\n", "+新的摘要\n", "+\n"),
        *("-**1、[甲](u)**\n", "+**2、[甲](u)**\n"),
        *("-**2、[乙](u)**\n", "+**3、[乙](u)**\n"),
    ]


def test_new_numbers_everywhere_grow_with_the_list() -> None:
    def renumber(count: int) -> None:
        headlines = [f"第{number}篇" for number in range(count)]
        list(hunks(numbered(headlines), numbered(["新", *headlines])))

    assert_linear(renumber, 1_000)
