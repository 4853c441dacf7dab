"""What real CommonMark parsers say of a text: markdown-it-py, and cmark-gfm, GitHub's own."""

import html
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN_IT = MarkdownIt("commonmark", {"html": True}).enable("table")
_MARKDOWN_IT.validateLink = lambda _: True  # type: ignore[method-assign,assignment]
_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_SOURCEPOS
_OPEN = re.compile(r'<(h[1-6]|pre)[^>]* data-sourcepos="(\d+):\d+-(\d+):\d+"[^>]*>')
_HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.S)
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.S)


class Head(NamedTuple):
    """A paragraph or heading that is one numbered link."""

    headline: str
    url: str


def to_html(text: str) -> str:
    """Return GitHub's HTML."""
    html_text: str = cmarkgfm.github_flavored_markdown_to_html(text, _OPTIONS)
    return html_text


def plain(html_text: str) -> str:
    """Return the text that a reader sees of HTML."""
    return html.unescape(_TAG.sub("", html_text))


def cmark_headings(text: str) -> list[tuple[int, str]]:
    """Return the headings outside quotes and lists: their level, and their text."""
    return [
        (int(match[1]), plain(match[2])) for match in _HEADING.finditer(_top_level(to_html(text)))
    ]


def _top_level(html_text: str) -> str:
    """Return HTML without quotes and lists."""
    parts, depth, last = [], 0, 0
    for match in re.finditer(r"<(/?)(?:blockquote|ul|ol)\b[^>]*>", html_text):
        if depth == 0:
            parts.append(html_text[last : match.start()])
        depth += -1 if match[1] else 1
        last = match.end()
    return "".join([*parts, html_text[last:]])


def cmark_fences(text: str) -> list[int]:
    """Return the first lines of the fences outside quotes and lists."""
    lines = re.split(r"\r\n?|\n", text)
    starts = [
        int(match[2]) for match in _OPEN.finditer(_top_level(to_html(text))) if match[1] == "pre"
    ]
    return [line for line in starts if re.match(r" {0,3}(```|~~~)", lines[line - 1])]


def markdown_it_headings(text: str) -> list[tuple[int, str]]:
    """Return the headings outside quotes and lists: their level, and their text."""
    tokens = _MARKDOWN_IT.parse(text)
    return [
        (int(token.tag[1]), _spoken(inline))
        for token, inline in itertools.pairwise(tokens)
        if token.type == "heading_open" and token.level == 0
    ]


def markdown_it_fences(text: str) -> list[tuple[int, int]]:
    """Return the first and the last line of each fence outside quotes and lists.

    The blank lines at the end of one that is never closed are left out.
    """
    lines = re.split(r"\r\n?|\n", text)
    found = []
    for token in _MARKDOWN_IT.parse(text):
        if token.type == "fence" and token.level == 0 and token.map:
            first, end = token.map
            while end > first + 1 and not "".join(lines[end - 1 : end]).strip(" \t"):
                end -= 1
            found.append((first + 1, end))
    return found


def markdown_it_heads(text: str) -> list[Head]:
    """Return the paragraphs, headings and list items that are one numbered link."""
    found: list[Head] = []
    tokens = _MARKDOWN_IT.parse(text)
    for index, token in enumerate(tokens):
        if token.type == "inline":
            number = ""
            if index >= 2 and tokens[index - 2].type == "list_item_open":
                item = tokens[index - 2]
                number = f"{item.info}{item.markup}"
            found += _head(token, number)
    return found


def _head(inline: Token, number: str) -> Iterator[Head]:
    links = [child for child in inline.children or () if child.type == "link_open"]
    said = number + _spoken(inline)
    if len(links) != 1 or not re.match(r"[0-9]{1,9}[ \t]*[、.．)）]", said):
        return
    headline = _spoken_in_link(inline)
    before, _, after = said.partition(headline)
    outside = before if headline else said
    if not after.strip() and re.fullmatch(r"([0-9]{1,9}[ \t]*[、.．)）])?[ \t]*", outside):
        yield Head(
            re.sub(r"^[0-9]{1,9}[ \t]*[、.．)）][ \t]*", "", headline) if not outside else headline,
            str(links[0].attrs["href"]),
        )


def _spoken_in_link(inline: Token) -> str:
    parts, inside = [], False
    for child in inline.children or ():
        inside = child.type == "link_open" or (inside and child.type != "link_close")
        if inside:
            parts.append(_text(child))
    return "".join(parts)


def _spoken(inline: Token) -> str:
    return "".join(map(_text, inline.children or ()))


def _text(child: Token) -> str:
    if child.type in ("text", "code_inline", "text_special"):
        return child.content
    return "\n" if child.type in ("softbreak", "hardbreak") else ""


def markdown_it_links(text: str) -> list[tuple[str, str]]:
    """Return the text and the address of every link."""
    found = []
    for token in _MARKDOWN_IT.parse(text):
        label, url = "", None
        for child in token.children or ():
            if child.type == "link_open":
                label, url = "", str(child.attrs["href"])
            elif child.type == "link_close" and url is not None:
                found.append((label, url))
                url = None
            else:
                label += _text(child)
    return found
