"""Pictures and HTML: what GitHub shows of them, and to whom."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from digest.readme.grammar import attributes
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page

# What GitHub's sanitizer lets through, after the allow-list of the html-pipeline gem that it wrote:
# https://github.com/gjtorikian/html-pipeline (lib/html_pipeline/sanitization_filter.rb).
_KNOWN_TAG = re.compile(
    r"""</?(?:h[1-6]|br|b|i|strong|em|a|pre|code|img|tt|div|ins|del|su[bp]|p|picture|[oud]l|table
    |thead|tbody|tfoot|blockquote|d[td]|kbd|q|samp|var|hr|ruby|r[tp]|li|t[rdh]|s|strike|summary
    |details|caption|figure|figcaption|abbr|bdo|cite|dfn|mark|small|source|span|time|wbr|video)
    (?=[\s/>])""",
    re.I | re.X,
)
_OPENING_TAG = re.compile(r"<[A-Za-z][A-Za-z0-9-]*")
_STRIPPED = re.compile(
    r"""[ \t\r\n]+(?P<name>style|class|on[a-z]+)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|[^\s"'=<>`/]+)""",
    re.I,
)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|[\\/]")


@rule(
    "picture-alt",
    Severity.WARNING,
    why=Words(
        "A picture without alternative text says nothing to those who cannot see it.",
        "图片没有替代文字，看不到图的读者一无所知。",
    ),
    message=Words("The picture {src} has no alternative text.", "图片 {src} 没有替代文字。"),
)
def without_alt(page: Page) -> Iterator[Hit]:
    """Find pictures without alternative text."""
    return (Hit(start, {"src": src}) for start, src, alt in _pictures(page) if not alt.strip())


@rule(
    "picture-missing",
    Severity.WARNING,
    why=Words(
        "A picture's file is not where the README says, beside it.",
        "图片文件不在 README 所写的位置。",
    ),
    message=Words("There is no file {src}.", "没有文件 {src}。"),
)
def without_file(page: Page) -> Iterator[Hit]:
    """Find pictures whose file is missing, if the text's folder is known."""
    for start, src, _ in _pictures(page) if page.folder else ():
        if src and not _ELSEWHERE.match(src) and not _is_file(page, src):
            yield Hit(start, {"src": src})


@rule(
    "html-unportable",
    Severity.INFO,
    fixable=True,
    why=Words(
        "GitHub drops this tag or attribute, so what it does elsewhere is lost there.",
        "GitHub 会去掉此标签或属性，它在别处的效果在那里不会出现。",
    ),
    message=Words("GitHub drops {what}.", "GitHub 会去掉 {what}。"),
)
def unportable(page: Page) -> Iterator[Hit]:
    """Find tags and attributes that GitHub drops; attributes can go without loss there."""
    for start, source in page.tags:
        if not _KNOWN_TAG.match(source):
            if name := _OPENING_TAG.match(source):
                yield Hit(start, {"what": f"{name[0]}>"})
            continue
        for match in _STRIPPED.finditer(source):
            first, end = start + match.start(), start + match.end()
            yield Hit(start + match.start("name"), {"what": match["name"]}, (Edit(first, end, ""),))


def _pictures(page: Page) -> Iterator[tuple[int, str, str]]:
    """Yield where each picture stands, its address and its alternative text."""
    for link in page.links:
        if link.is_image:
            yield link.opening - 1, link.url, link.label
    for start, source in page.tags:
        if source[:4].lower() == "<img":
            found = attributes(source)
            yield start, found.get("src", ""), found.get("alt", "")


def _is_file(page: Page, src: str) -> bool:
    path = unquote(re.split(r"[?#]", src, maxsplit=1)[0])
    try:
        return page.folder is not None and (page.folder / path).is_file()
    except (OSError, ValueError):  # no file can have such a name
        return False
