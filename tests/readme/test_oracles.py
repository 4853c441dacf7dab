"""Agreement with real CommonMark parsers on what both can answer, and where the codec differs."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from digest.readme import Document, Entry, parse
from digest.readme.anchors import rendered
from digest.readme.scan import Kind, blocks, heading_text, headings
from tests.readme.oracles import (
    Head,
    cmark_fences,
    cmark_headings,
    markdown_it_fences,
    markdown_it_headings,
    markdown_it_heads,
    markdown_it_links,
)
from tests.readme.strategies import lists

SEED = (Path(__file__).parents[2] / "fixtures" / "README.md").read_text(encoding="utf-8")


def our_headings(text: str) -> list[tuple[int, str]]:
    found = []
    for block in blocks(text):
        kind, start, end, _ = block
        if kind == Kind.HEADING:
            level, raw = heading_text(text, block)
            found.append((level, rendered(raw)))
        elif kind == Kind.HEAD:
            source = text[start:end].lstrip()
            found += [(source.index(" "), rendered(raw)) for raw in headings(source)]
    return found


def without_brackets(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Reference links are not looked up: their brackets stay in our text."""
    return [(level, re.sub(r"[\[\]]", "", text)) for level, text in found]


def our_fences(text: str) -> list[tuple[int, int]]:
    """Return the first and the last line of each fence."""
    found = []
    for kind, start, end, _ in blocks(text):
        if kind == Kind.OTHER and re.match(r" {0,3}(```|~~~)", text[start:end]):
            first = len(re.findall(r"\r\n?|\n", text[:start])) + 1
            found.append((first, first + len(re.findall(r"\r\n?|\n", text[start:end]))))
    return found


def our_heads(text: str) -> list[Head]:
    document = parse(f"# 一、S\n\n{text}")
    return [Head(rendered(entry.headline), entry.url) for entry in document.entries]


_PIECES = [
    *(
        "# A",
        "## B ##",
        "###### 一、_C_ `x_y` \\#",
        "####### no",
        "#no",
        "  ### D",
        "   #",
        "# E #F#",
    ),
    *(
        "Setext\n===",
        "two\nlines\n---",
        "  S *e* t  \n ----",
        "> quote\n---",
        "- item\n---",
        "- i\n===",
    ),
    *(
        "para\n- item\n---",
        "para\n> quote\n===",
        "para\n1. one\n---",
        "para\n2. two\n---",
        "---\n---",
    ),
    *("[a]: /url\n===", "[a]: /url\n---", "[a]: <u> 'title'\n[b]: v\nx\n---", "===", "a\n\n---"),
    *(
        "***",
        "* * *",
        " - - -",
        "_ _ _",
        "- - x",
        "**bold**",
        "*\n\npara",
        "-\n\npara",
        "1.\n\npara",
    ),
    *(
        "```\n# no\n```",
        "~~~ md\n# no\n\n~~~~",
        "````\n```\n# no\n````",
        "``` a`b\n# yes",
        "  ```\n# no\n ```",
    ),
    *(
        "```\n# no\n    ```\n```",
        "para\n```\n# no\n```",
        "> ```\n# yes",
        "~~~\n```\n~~~",
        "``\n# yes\n``",
    ),
    *("- ```\n  # no\n  ```", "- ```\n# yes", "1. ~~~\n\n   # no\n# yes"),
    *(
        "<div>\n# no\n</div>",
        "<!-- x\n\n# no\n-->",
        "<!-- x --> y\n# yes",
        "<pre>\n\n# no\n</pre>\n# yes",
    ),
    *(
        "<!-->\n# yes",
        "<?\n\n# no ?>\n# yes",
        "<!X\n# no\n>\n# yes",
        "<![CDATA[\n\n# no ]]>\n# yes",
    ),
    *(
        "<b>\n# no",
        "para\n<b>\n# yes",
        "para\n<p>\n# no",
        "<b> x\n# yes",
        "</table>\n# no",
        "<a b='c' d>\n# no",
    ),
    *(
        "| a |\n|---|\n| b |\n# yes",
        "a | b\n--|--\nc | d",
        "    # code",
        "\t# code",
        "para\n    # lazy",
    ),
    *(
        "> # quoted",
        "- # listed",
        "* a\n* b",
        "1. a\n2. b",
        "words",
        "字**「粗」**体",
        "![a](b.png)",
    ),
    *("<p align=center><img src='a.png'></p>", "[x](y) z", "[[paper](p)]、[[code](c)]", "\\# no"),
]
_HEADS = [
    *("**1、[T](u)**", "**2**、[**T x**](u)", "3、[T *e*](<u>)", "[**4、T**](u)", "**[5、T](u)**"),
    *("##### 6、[T](u)", "## **7. [T](u)** ##", "8．[T](u)", "9. [T](u)", "10) [T](u(1))"),
]
_BROKEN_HEADS = [
    *(
        "1、[T](u) x",
        "x 1、[T](u)",
        "1、[T]",
        "1、T",
        "1、[T](u)[U](v)",
        "1、[T](u v)",
        "1-[T](u)",
        "[T](u)",
    ),
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a text of many blocks.

    A head stands alone, for CommonMark would go on with it, and a list, a quote or a table is
    closed off, for it would look into them.
    """
    pieces = draw(st.lists(st.sampled_from(_PIECES + _HEADS + _BROKEN_HEADS), max_size=8))
    text = ""
    for piece in pieces:
        is_head = piece in _HEADS + _BROKEN_HEADS
        text += "\n" if is_head and text else ""
        text += piece
        if re.search(r"^ {0,3}(?:>|[-*](?: |$)|\d+[.)]|\||a \|)", piece, re.M):
            text += "\n\n<!-- -->\n\n"
        else:
            text += "\n\n" if is_head else draw(st.sampled_from(["\n", "\n\n", "\n\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


@pytest.mark.parametrize("piece", _PIECES + _HEADS + _BROKEN_HEADS)
def test_they_agree_on_each_piece(piece: str) -> None:
    for text in (piece, f"{piece}\n\n# end\n", f"para\n\n{piece}\n"):
        assert our_headings(text) == cmark_headings(text) == markdown_it_headings(text)
        assert our_fences(text) == markdown_it_fences(text)


@settings(max_examples=1000)
@given(texts())
@example(SEED)
def test_they_agree_on_headings(text: str) -> None:
    ours = without_brackets(our_headings(text))
    theirs = without_brackets(markdown_it_headings(text))
    assume(theirs == without_brackets(cmark_headings(text)))
    assert ours == theirs


@settings(max_examples=1000)
@given(texts())
@example(SEED)
def test_they_agree_on_fences(text: str) -> None:
    assert our_fences(text) == markdown_it_fences(text)
    assert [first for first, _ in our_fences(text)] == cmark_fences(text)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_HEADS + _BROKEN_HEADS + ["words", "```\n1、[No](n)\n```"])))
def test_they_agree_on_heads(pieces: list[str]) -> None:
    # A break between them, or CommonMark would see one ordered list and number it itself.
    text = "\n\n---\n\n".join(pieces)
    assert our_heads(text) == markdown_it_heads(text)


def test_they_agree_on_the_seeds_heads_and_links() -> None:
    assert our_heads(SEED) == markdown_it_heads(SEED)
    above = parse(SEED).preamble[-1]
    in_the_preamble = SEED.index(above.source) + len(above.source)
    assert our_links(parse(SEED)) == markdown_it_links(SEED[in_the_preamble:])


def our_links(document: Document) -> list[tuple[str, str]]:
    """Return the links of all entries, their labels as written."""
    found = []
    for entry in document.entries:
        found.append((rendered(entry.headline), entry.url))
        labels = re.findall(r"\[\[([^\[\]]*)\]", entry.source)[::-1]
        ends = zip(labels, entry.links[::-1], strict=False)
        found += reversed([(label, link.url) for label, link in ends])
    return found


@settings(max_examples=200)
@given(lists())
def test_they_agree_on_the_links_of_any_list(text: str) -> None:
    theirs = iter(url for _, url in markdown_it_links(text))
    assert all(url in theirs for _, url in our_links(parse(text))), "in this order"


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        # CommonMark reads a paragraph of three lines; lists are typed so, and each head counts.
        ("1、[A](a)\n2、[B](b)\nx", [Entry("A", "a"), Entry("B", "b", "", "x")]),
        # It numbers a list by its first item; a number is what is typed.
        ("1. [A](a)\n5. [B](b)", [Entry("A", "a"), Entry("B", "b")]),
        # A line of equal signs below a head makes it a heading there.
        ("1、[A](a)\n===", [Entry("A", "a", "", "===")]),
        # A code span binds tighter than a link there.
        ("1、[A `](a) `", []),
        ("1、[`](a)", [Entry("`", "a")]),
        # Bold beside CJK punctuation is bold to us: it is what the author meant.
        ("字\n\n1、[A](a)\n\n**「B」**\n\nx", [Entry("A", "a", "「B」", "x")]),
    ],
)
def test_where_heads_differ_on_purpose(text: str, entries: list[Entry]) -> None:
    assert list(parse(f"# 一、S\n\n{text}\n").entries) == entries


def test_headings_in_quotes_and_lists_are_no_headings_of_the_list() -> None:
    text = "> # quoted\n\n- # listed\n"
    assert our_headings(text) == []


def test_lists_are_not_opened() -> None:
    """In a list item CommonMark sees a heading; in our list it is a section like any other."""
    assert our_headings("- a\n\n  # nested\n") == [(1, "nested")]
    assert markdown_it_headings("- a\n\n  # nested\n") == []
