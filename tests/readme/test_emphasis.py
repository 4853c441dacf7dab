"""Bold that GitHub shows with literal asterisks is mended, and nothing else is touched."""

import re

import cmarkgfm
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.readme import parse
from digest.readme.emphasis import repaired
from digest.readme.rules import RULES, check
from tests.readme.test_seed import SEED


def literal_stars(markdown: str) -> int:
    """Count the ** that GitHub's own parser leaves in the text."""
    html = cmarkgfm.github_flavored_markdown_to_html(markdown)
    return re.sub(r"<(code|pre)[^>]*>.*?</\1>", "", html, flags=re.S).count("**")


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("足以**「在单个GPU上」**。作者", "足以「**在单个GPU上**」。作者"),
        ("指出了**「监督」**的结论", "指出了「**监督**」的结论"),
        ("**本文提出框架」，**尤其", "**本文提出框架**」，尤其"),
        ("一个** 空格 **字", "一个 **空格** 字"),
        ("模型**大模型（LLM）**的", "模型**大模型（LLM**）的"),
    ],
)
def test_punctuation_at_the_edge_moves_outside(broken: str, mended: str) -> None:
    assert literal_stars(broken) > 0
    assert repaired(broken) == mended
    assert literal_stars(mended) == 0


@pytest.mark.parametrize(
    "text",
    [
        "**粗体**文字",
        "只需**24小时就能达到99.3%**。",
        "`**「码」**`中",
        "没有星号",
        "中文**[链接](https://a.b)**中文",
        r"转义\*\*「x」\*\*中",
    ],
)
def test_what_renders_or_cannot_be_mended_stays(text: str) -> None:
    assert repaired(text) == text


def test_the_ten_literal_marks_of_the_seed_are_mended() -> None:
    entries = parse(SEED.read_bytes().decode()).entries
    broken = {entry.line: literal_stars(entry.summary) for entry in entries}
    assert sum(broken.values()) == 10
    assert sum(count > 0 for count in broken.values()) == 5
    assert sum(literal_stars(repaired(entry.summary)) for entry in entries) == 0


_parts = st.sampled_from(
    [*["**", "「", "」", "，", "。", "中", "文", "a", "（", "）", "`x`", "$y$"], " "]
)


@given(st.lists(_parts, max_size=14).map("".join))
def test_mending_again_changes_nothing_and_never_makes_it_worse(text: str) -> None:
    once = repaired(text)
    assert repaired(once) == once
    assert literal_stars(once) <= literal_stars(text)
    assert once.replace("*", "").replace(" ", "") == text.replace("*", "").replace(" ", "")


_linked = st.sampled_from(
    [
        *[
            "**",
            "**",
            "[",
            "](u)",
            "]",
            "[x](u)",
            "「",
            "」",
            "，",
            "。",
            "中",
            "a",
            "1、",
            "(",
            ")",
        ],
        " ",
    ]
)


@settings(max_examples=1000)
@given(st.lists(_linked, min_size=1, max_size=14).map("".join).filter(str.strip))
@example("**1、[T](u)**")
@example("[**a](u)**b")
@example("**a [b** c](u)")
def test_no_literal_mark_of_bold_escapes_the_rule(text: str) -> None:
    shown = literal_stars(text) > 0
    assert not shown or check(text, rules=[RULES["bold-literal"]])
