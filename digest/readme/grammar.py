"""The small grammar of an entry: head, title, picture, link list; and of headings and contents lines.

The heads in the wild vary (``**1、[T](u)**``, ``**1**、[**T**](u)``, ``[**1、T**](u)``,
``##### 1. [T](u)`` …).  They are one grammar, read after taking off the emphasis: a number and a
separator before or inside one link that fills the line.
"""

import html
import re

from digest.readme.document import Link, Picture

# Link text with one level of brackets in it; a destination in <> or with balanced brackets.
_TEXT = r"(?:[^\[\]\\\r\n]++|\\[^\r\n]|\[(?:[^\[\]\\\r\n]++|\\[^\r\n])*+\])*+"
_URL = (
    r"\([ \t]*+(?P<{name}><[^<>\r\n]*+>|"
    r"(?:[^ \t\r\n()\\<]|\\[^\r\n]|\((?:[^ \t\r\n()\\]|\\[^\r\n])*+\))"
    r"(?:[^ \t\r\n()\\]++|\\[^\r\n]|\((?:[^ \t\r\n()\\]++|\\[^\r\n])*+\))*+|)[ \t]*+\)"
)
_SEPARATOR = r"[、.．)）]"
_END = r"(?=[\r\n]|\Z)"

HEAD = re.compile(
    rf"""[ ]{{0,3}}+(?:\#{{1,6}}+[ \t]++)?+[*_]*+
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
TITLE = re.compile(
    r"[ ]{0,3}\*\*(?![\s*])(?P<title>(?:[^*\r\n]++|\*(?!\*))++)\*\*[ \t]*(?=[\r\n]|\Z)"
)
_IMAGE = re.compile(
    rf"[ ]{{0,3}}(?:\[[ ]*)?!\[(?P<alt>{_TEXT})\]{_URL.format(name='src')}"
    rf"(?:[ ]*\]{_URL.format(name='to')})?[ \t]*"
)
_IMG_TAG = re.compile(r"<img\b[^<>]*>", re.I)
_WRAPPERS = re.compile(r"</?(?:p|center|div|a|br|figure|span|picture|h[1-6])\b[^<>]*>|\s+", re.I)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+))""", re.I)

_CHINESE = "零〇一二三四五六七八九十百千"
ORDINAL = re.compile(
    rf"[ \t]*(?P<ordinal>第?[{_CHINESE}]{{1,7}}(?:章|节|部分)?|[0-9]{{1,4}})[ \t]*"
    rf"(?:[、．)）]|\.(?![0-9]))[ \t]*"
)
_CONTENTS_NAMES = frozenset(
    [
        "目录",
        "目錄",
        "contents",
        "tableofcontents",
        "toc",
        "index",
        "索引",
        "大纲",
        "导航",
        "catalog",
        "catalogue",
        "outline",
    ]
)
CONTENTS_LINE = re.compile(
    rf"[ \t]*(?:[-*+][ \t]+|[0-9]{{1,9}}[.)][ \t]+)?(?P<open>[*_]*)\[(?P<text>{_TEXT})\]"
    rf"(?=\(\#){_URL.format(name='url')}[*_]*[ \t]*(?:<br[ ]*/?>|\\)?[ \t]*{_END}|[ \t]*\[TOC\][ \t]*{_END}",
    re.I,
)


_CONTENTS_STARTS = frozenset(" \t[*_-+0123456789")


def bare(text: str) -> str:
    """Take off the emphasis that wraps all of ``text``."""
    text = text.strip(" \t")
    if not text.startswith(("*", "_")):
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
    return int(number), bare(text), address(url)


def number_span(head: re.Match[str]) -> tuple[int, int]:
    """Return where the digits of a matched head's number stand."""
    return head.span("number" if head["number"] is not None else "number_inside")


def address(url: str) -> str:
    """Take a link destination out of its angle brackets."""
    return url[1:-1] if url.startswith("<") else url


def label(text: str) -> str:
    """Return a link's label in the house's spelling: ``Paper`` is ``paper``."""
    lower = text.lower()
    if lower in _LABELS:
        return lower
    text = bare(text)
    return text.lower() if text.lower() in _LABELS else text


def split_links(text: str) -> tuple[str, tuple[Link, ...]]:
    """Part a paragraph into what it says and the labelled links at its end."""
    if "](" not in text:
        return text, ()
    links: list[Link] = []
    start = end = 0
    for match in _LINK.finditer(text, text.find("[")):
        begin, behind = match.span()
        if links and text[end:begin].strip(_BETWEEN_LINKS):
            links = []  # words follow, so these links stood within the text
        if not links:
            start = begin
        name, url = match.group("label", "url")
        links.append(Link(label(name), address(url)))
        end = behind
    if text[end:].strip(_BETWEEN_LINKS):
        return text, ()
    return text[:start], tuple(links)


def picture(source: str) -> Picture | None:
    """Read a block that is one picture, in Markdown or HTML, and nothing else."""
    if "![" in source and (image := _IMAGE.fullmatch(source)):
        return Picture(address(image["src"]), image["alt"], source)
    tags = _IMG_TAG.findall(source)
    if len(tags) != 1 or _WRAPPERS.sub("", source.replace(tags[0], "", 1)):
        return None
    attributes = {
        name.lower(): html.unescape(double or single or plain)
        for name, double, single, plain in reversed(_ATTRIBUTE.findall(tags[0]))
    }
    if not attributes.get("src"):
        return None
    return Picture(attributes["src"], attributes.get("alt", ""), source)


def heading_title(text: str) -> tuple[str, bool]:
    """Return a heading's title without emphasis and ordinal, and whether it had an ordinal."""
    title = bare(text)
    ordinal = ORDINAL.match(title)
    return (title[ordinal.end() :], True) if ordinal else (title, False)


def contents_lines(paragraph: str) -> int:
    """Count the lines of a paragraph if each is one of a table of contents; 0 if not."""
    if paragraph[:1] not in _CONTENTS_STARTS:
        return 0
    position, lines = 0, 0
    while position < len(paragraph):
        match = CONTENTS_LINE.match(paragraph, position)
        if match is None:
            return 0
        lines += 1
        position = match.end()
        while position < len(paragraph) and paragraph[position] in "\r\n":
            position += 1
    return lines


def names_contents(title: str) -> bool:
    """Whether a heading says that a table of contents follows."""
    return re.sub(r"[\W_]+", "", title).lower() in _CONTENTS_NAMES
