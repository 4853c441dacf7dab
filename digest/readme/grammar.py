"""The small grammar of an entry, of headings and of contents lines.

The heads in the wild vary (``**1、[T](u)**``, ``**1**、[**T**](u)``, ``[**1、T**](u)``,
``##### 1. [T](u)`` …).  They are one grammar, read after taking off the emphasis: a number and a
separator before or inside one link that fills the line.
"""

import html
import re
from functools import lru_cache
from itertools import islice

from digest.readme.document import Link, Picture

# Link text with one level of brackets in it; a destination in <> or with balanced brackets.
_TEXT = r"(?>(?:[^\[\]\\\r\n]++|\\[^\r\n]|\[(?>(?:[^\[\]\\\r\n]++|\\[^\r\n])*)\])*)"
_PLAIN_URL = (
    r"(?!<)(?>(?:[^ \t\r\n()\\]++|\\[^ \t\r\n]"
    r"|\((?>(?:[^ \t\r\n()\\]++|\\[^ \t\r\n])*)\))*)"
)
DESTINATION = rf"(?:<[^<>\r\n]*+>|{_PLAIN_URL})"
_URL = rf"\([ \t]*+(?P<{{name}}>{DESTINATION})[ \t]*+\)"
BALANCED = re.compile(_TEXT)
PLAIN_ADDRESS = re.compile(_PLAIN_URL)
_SEPARATOR = r"[、.．)）]"
_END = r"(?=[\r\n]|\Z)"

HEAD = re.compile(
    rf"""[ ]{{0,3}}+(?>(?:\#{{1,6}}+[ \t]++)?)[*_]*+
    (?: (?P<number>[0-9]{{1,9}}+)[*_]*+[ \t]*+{_SEPARATOR}[*_ \t]*+\[(?P<text>{_TEXT})\]
      | \[(?P<mark>[*_]*+)(?P<number_inside>[0-9]{{1,9}}+)[*_]*+[ \t]*+{_SEPARATOR}[ \t]*+
        (?P<text_inside>{_TEXT})\]
    )(?!\([ \t]*\#){_URL.format(name="url")}[*_ \t]*(?:[ \t]\#+[ \t]*)?{_END}""",
    re.X,
)
_LINK = re.compile(rf"\[[ \t]*+\[(?P<label>[^\[\]\r\n]*+)\]{_URL.format(name='url')}[ \t]*+\]")
# Labels that everybody has, in the house's spelling; others stay as they are written.
_LABELS = frozenset(
    [
        "paper",
        "code",
        "project",
        "page",
        "demo",
        "data",
        "dataset",
        "model",
        "video",
        "slides",
        "blog",
        "poster",
    ]
)
_BETWEEN_LINKS = "，、,;；。. \t\r\n"
_LINKS_END = frozenset(_BETWEEN_LINKS + "]")
# All of a line in bold.  (A class of one character is many times faster than one of several.)
TITLE = re.compile(
    rf" {{0,3}}+\*\*(?![\s*\[])(?P<title>[^*\r\n]++(?>(?:\*(?!\*)[^*\r\n]++)*))\*\*[ \t]*+{_END}"
)
_IMAGE = re.compile(
    rf"[ ]{{0,3}}(?:\[[ ]*)?!\[(?P<alt>{_TEXT})\]{_URL.format(name='src')}"
    rf"(?:[ ]*\]{_URL.format(name='to')})?[ \t]*"
)
_WRAPPERS = r"(?>(?:\s++|</?(?:p|center|div|a|br|figure|span|picture|h[1-6])\b[^<>]*+>)*)"
_IMG = re.compile(rf"{_WRAPPERS}(?P<tag><img\b[^<>]*+>){_WRAPPERS}", re.I)
_ATTRIBUTE = re.compile(
    r"""(?<=[\s"'/])(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+))""", re.I
)

_CHINESE = "零〇一二三四五六七八九十百千"
ORDINAL = re.compile(
    rf"[ \t]*(?P<ordinal>第?[{_CHINESE}]{{1,7}}(?:章|节|部分)?|[0-9]{{1,4}})[ \t]*"
    rf"(?:[、．)）]|\.(?![0-9]))[ \t]*"
)
_CONTENTS_NAMES = frozenset(
    [
        "目录",
        "目錄",
        "索引",
        "大纲",
        "导航",
        "contents",
        "tableofcontents",
        "toc",
        "index",
        "catalog",
        "catalogue",
        "outline",
    ]
)
CONTENTS_LINE = re.compile(
    rf"(?P<bullet>[ \t]*+(?:(?:[-*+]|[0-9]{{1,9}}[.)])[ \t]++)?)[*_]*+\[(?P<text>{_TEXT})\]"
    rf"(?=\(\#){_URL.format(name='url')}[*_]*+(?P<tail>[ \t]*+(?:<br[ ]*/?>|\\)?[ \t]*+){_END}"
    rf"|[ \t]*+\[TOC\][ \t]*+{_END}",
    re.I,
)

CONTENTS_STARTS = frozenset(" \t[*_-+0123456789")


def bare(text: str) -> str:
    """Take off the emphasis that wraps all of ``text``."""
    text = text.strip(" \t")
    if text[:1] not in ("*", "_"):
        return text
    for mark in ("**", "__", "*", "_"):
        inner = text[len(mark) : -len(mark)]
        if text.startswith(mark) and text.endswith(mark) and inner and mark not in inner:
            return bare(inner)
    return text


def read_head(head: re.Match[str]) -> tuple[int, str, str]:
    """Return the number, the headline without the emphasis around it, and the address of a head."""
    number, text, url = head.group("number", "text", "url")
    if number is None:
        number, mark, text = head.group("number_inside", "mark", "text_inside")
        text = text.rstrip(" \t")
        if mark and text.endswith(mark[::-1]):
            text = text[: -len(mark)]
    return int(number), bare(text), url[1:-1] if url[:1] == "<" else url


def number_span(head: re.Match[str]) -> tuple[int, int]:
    """Return where the digits of a matched head's number stand."""
    return head.span("number" if head["number"] is not None else "number_inside")


def address(url: str) -> str:
    """Take a link destination out of its angle brackets."""
    return url[1:-1] if url.startswith("<") else url


@lru_cache(1000)
def label(text: str) -> str:
    """Return a link's label in the house's spelling: ``Paper`` is ``paper``."""
    lower = text.lower()
    if lower in _LABELS:
        return lower
    text = bare(text)
    return text.lower() if text.lower() in _LABELS else text


def split_links(paragraph: str) -> tuple[str, tuple[Link, ...]]:
    """Part a paragraph, with LF newlines, into what it says and the labelled links at its end."""
    if paragraph[-1] not in _LINKS_END:
        return paragraph.strip(" \t\n"), ()
    # What stands before the first link, then each link's label, its address, and what follows it.
    says, *parts = _LINK.split(paragraph)
    if not parts or parts[-1].strip(_BETWEEN_LINKS):
        return paragraph.strip(" \t\n"), ()
    first = len(parts) - 3
    while first and not parts[first - 1].strip(_BETWEEN_LINKS):
        first -= 3
    if first:  # words follow the link before, so it stands within the text
        says = paragraph[: next(islice(_LINK.finditer(paragraph), first // 3, None)).start()]
    links = tuple(map(_read_link, parts[first::3], parts[first + 1 :: 3]))
    return says.strip(" \t\n"), links


def _read_link(name: str, url: str) -> Link:
    return Link(label(name), url[1:-1] if url[:1] == "<" else url)


def picture(source: str) -> Picture | None:
    """Read a block that is one picture, in Markdown or HTML, and nothing else."""
    if "![" in source and (image := _IMAGE.fullmatch(source)):
        return Picture(address(image["src"]), image["alt"], source)
    img = _IMG.fullmatch(source)
    if img is None:
        return None
    found = attributes(img["tag"])
    if not found.get("src"):
        return None
    return Picture(found["src"], found.get("alt", ""), source)


def attributes(tag: str) -> dict[str, str]:
    """Return the ``src`` and the ``alt`` of an ``<img>``, as far as it has them."""
    return {
        name.lower(): html.unescape(double or single or plain)
        for name, double, single, plain in reversed(_ATTRIBUTE.findall(tag))
    }


def heading_title(text: str) -> tuple[str, bool]:
    """Return a heading's title without emphasis and ordinal, and whether it had an ordinal."""
    title = bare(text)
    ordinal = ORDINAL.match(title)
    return (title[ordinal.end() :], True) if ordinal else (title, False)


def are_contents(text: str, start: int, end: int) -> bool:
    """Whether each line of a paragraph is one of a table of contents."""
    if text[start] not in CONTENTS_STARTS:
        return False
    while start < end:
        match = CONTENTS_LINE.match(text, start)
        if match is None:
            return False
        start = match.end()
        while start < end and text[start] in "\r\n":
            start += 1
    return True


def names_contents(title: str) -> bool:
    """Whether a heading says that a table of contents follows."""
    return re.sub(r"[\W_]+", "", title).lower() in _CONTENTS_NAMES
