"""Whatever is fixed says what it said, apart from what was fixed, and is fixed once and for all."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.readme import Document, Entry, Section, canonical, parse, render
from digest.readme.document import Node
from digest.readme.rules import RULES, check, fix
from tests.readme import strategies
from tests.readme.test_seed import SEED

FIXABLE = [rule for rule in RULES.values() if rule.fixable]

# Scraps that break rules, among others that do not.
_defects = [
    *(
        "字**「粗」**体",
        "字*「斜」*体",
        "字__粗__体",
        "**",
        "甲(乙)丙",
        "（丁）",
        "一,二，三: 四：",
        "好 (a)",
    ),
    *(
        "[甲（A）](#甲（A）)",
        "[**二、B**](#一a)",
        "# 甲（A）",
        "# B❤️",
        "## 三、C",
        "# 一、A",
        "### 9. D",
    ),
    *(
        "**3、[a](u)**",
        "1. [b](v?utm_source=x)",
        "7、[c](https://x.org/?a=1&fbclid=2)",
        "行尾  ",
        "\t",
    ),
    *("<img style='a' src=b>", "<p class=c>", "[[paper](https://a.org/?spm=1#rd)]", "<!-- x -->"),
    *("> ", "- ", "`", "```", "\\", "[", "](", ")", "(", "摘要。", "**标题**", "$x$", "\ufe0f"),
]
defective = st.lists(
    st.tuples(
        st.lists(st.sampled_from(_defects), max_size=4).map("".join),
        st.sampled_from(["\n", "\n\n", " \n", "  \n", "\r\n"]),
    ).map("".join),
    max_size=12,
).map("".join)
texts = st.one_of(defective, strategies.hostile, strategies.lists())

Blind = Callable[[str], str]


def without(pattern: str, by: str = "") -> Blind:
    return lambda text: re.sub(pattern, by, text)


def of_one_width(text: str) -> str:
    return re.sub(" ", "", unicodedata.normalize("NFKC", text))


def without_parameters(text: str) -> str:
    """Take off what may track: the parameters of an address, and its fragment."""
    return re.sub(r"(https?://[^\s?#()<>]*)[?#][^\s<>)]*", r"\1", text)


# What the fix of a rule may change of a field, seen as nothing.
BLIND: dict[str, Blind] = {
    "anchor-dead": without(r"\(<?#[^\s)]*\)"),
    "anchor-wrong": without(r"\(<?#[^\s)]*\)"),
    "bold-literal": without(r"[*_\s]"),
    "italic-literal": without(r"[*_\s]"),
    "link-tracking": without_parameters,
    "number-gap": str,
    "number-repeat": str,
    "ordinal-missing": str,
    "ordinal-wrong": str,
    "heading-fe0f": without("\ufe0f"),
    "bracket-width": of_one_width,
    "punctuation-width": of_one_width,
    "html-unportable": without(r"<[^<>]*>", "<>"),
    "space-trailing": without(r"[ \t]+(?=[\r\n]|\Z)"),
}


def said(document: Document, blind: Blind) -> list[object]:
    """Return what a document says, with what ``blind`` does not see."""
    nodes: list[Node | Section] = [*document.preamble]
    for section in document.sections:
        nodes += [section, *section.nodes]
    return [said_by(node, blind) for node in nodes]


def said_by(node: Node | Section, blind: Blind) -> object:
    if isinstance(node, Entry):
        links = [(blind(label), blind(url)) for label, url in node.links]
        words = map(blind, (node.headline, node.url, node.title, node.summary))
        return Entry, *words, links, node.picture
    if isinstance(node, Section):
        return Section, node.depth, blind(node.title)
    return type(node), blind(node.source)


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.code)
@settings(max_examples=80)
@given(text=texts)
def test_a_fix_changes_no_field_beyond_its_finding(rule, text: str) -> None:
    mended = fix(text, rules=[rule])
    if not check(text, rules=[rule]):
        assert mended == text
    blind = BLIND[rule.code]
    assert said(parse(mended), blind) == said(parse(text), blind)
    assert re.findall(r"\r\n?|\n", mended) == re.findall(r"\r\n?|\n", text), "no line comes or goes"
    assert fix(mended, rules=[rule]) == mended


@settings(max_examples=400)
@given(texts)
def test_fixing_again_changes_nothing(text: str) -> None:
    mended = fix(text)
    assert fix(mended) == mended


@settings(max_examples=150)
@given(st.one_of(strategies.lists(), strategies.documents.map(render)))
@example(SEED.read_text(encoding="utf-8"))
def test_a_fixed_list_in_the_house_style_breaks_no_rule_with_a_fix(text: str) -> None:
    mended = fix(render(canonical(parse(text))))
    assert [found.code for found in check(mended) if found.edits] == []
