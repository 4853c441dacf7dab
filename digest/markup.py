"""Markdown to safe HTML, made once when an entry is published and stored with it.

Python-Markdown reads: it renders ``**「…」**`` beside Han, where CommonMark's rule refuses.
nh3 lets through what is named here and nothing else.  The public functions never raise, whatever
the text: one that is too large or too deep comes back escaped.
"""

import html
import re
import threading
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import LinkInlineProcessor
from markdown.preprocessors import HtmlBlockPreprocessor

from digest.mathml import MathExtension

# What lies beyond is shown as it stands.  No entry does, and the libraries' time grows with the
# square of some texts: with their lines (`=` under `=` under `=` …), with their unclosed tags.
LONGEST_BLOCK = 100_000
MOST_LINES = 2_500
MOST_UNCLOSED = 100
LONGEST_INLINE = 5_000

# --- What a page may hold ------------------------------------------------------------------------

MATH_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom"),
    *("mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
    *("mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "menclose"),
}
MATH_ATTRIBUTES = {
    "math": {"display"},
    "mo": {
        *("stretchy", "fence", "form", "accent", "separator", "movablelimits", "largeop"),
        *("lspace", "rspace", "minsize", "maxsize", "mathvariant"),
    },
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mtext": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel", "mathsize", "mathcolor", "mathvariant"},
    "mspace": {"width", "height", "depth", "linebreak"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mtable": {"rowspacing", "columnspacing", "columnalign", "displaystyle", "columnlines"},
    "mtd": {"columnalign"},
    "menclose": {"notation"},
}
INLINE_TAGS = {
    *("strong", "b", "em", "i", "code", "sub", "sup", "del", "s", "mark", "kbd"),
    *MATH_TAGS,
}
BLOCK_TAGS = {
    *INLINE_TAGS,
    *("p", "br", "hr", "a", "ul", "ol", "li", "blockquote", "pre", "center", "div", "span", "abbr"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "details", "summary", "q", "u"),
    *("small", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "ruby", "rt", "rp"),
}
SCHEMES = {"http", "https", "mailto"}

# An entry was read by an editor before it was published, so its links are recommendations and carry
# no nofollow; noopener keeps the page that they lead to from reaching back.
BLOCK = nh3.Cleaner(
    tags=BLOCK_TAGS,
    attributes={
        **MATH_ATTRIBUTES,
        "a": {"href", "title"},
        "abbr": {"title"},
        "ol": {"start"},
        "th": {"align", "colspan", "rowspan"},
        "td": {"align", "colspan", "rowspan"},
    },
    url_schemes=SCHEMES,
    link_rel="noopener",
)
INLINE = nh3.Cleaner(tags=INLINE_TAGS, attributes=MATH_ATTRIBUTES, link_rel=None)

# No XML file, and so no feed, can hold these.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
EMPTY_LINK = re.compile(r"<a [^<>]*>\s*</a>")  # what is left of a picture that was one
EMPTY_BLOCK = re.compile(r"<(p|center|div)>\s*</\1>\n?")
HEADING = re.compile(r"(</?h)([1-6])>")
TAG = re.compile(r"<[^<>]*>")

# Without one of these Markdown is plain text; where there are blocks, its beginning counts too.
MARKS = re.compile(r"[\\`*_\[<&$]")
BLOCK_MARKS = re.compile(r"[\n\r\\`*_\[<&$|]|^\s*(?:[>#+=-]|\d+\.)|^(?: {0,3}\t| {4})")


def block(markdown: str) -> str:
    """Return a summary or passage as HTML, in paragraphs.

    Headings in it come out at level 4 and deeper, below the entry's own: a page keeps one h1.
    Pictures are taken out: a page shows those that an editor put into our own media.
    """
    text = UNPRINTABLE.sub("", markdown)
    if not BLOCK_MARKS.search(text):
        return f"<p>{html.escape(text.strip(), quote=False)}</p>" if text.strip() else ""
    if _is_too_much(text):
        return f"<pre>{html.escape(text, quote=False)}</pre>"
    try:
        cleaned = BLOCK.clean(_writers.block.reset().convert(text))
    except RecursionError:
        _writers.renew()
        return f"<pre>{html.escape(text, quote=False)}</pre>"
    cleaned = HEADING.sub(lambda tag: f"{tag[1]}{min(int(tag[2]) + 3, 6)}>", cleaned)
    return EMPTY_BLOCK.sub("", EMPTY_LINK.sub("", cleaned)).strip()


def inline(markdown: str) -> str:
    """Return a headline or title as HTML without paragraphs, and without links: it is one."""
    text = " ".join(UNPRINTABLE.sub("", markdown).split())
    if not MARKS.search(text) or len(text) > LONGEST_INLINE:
        return html.escape(text, quote=False)
    try:
        return INLINE.clean(_writers.inline.reset().convert(text)).strip()
    except RecursionError:
        _writers.renew()
        return html.escape(text, quote=False)


def plain(markdown: str) -> str:
    """Return the text without its marks, for a page's title, a feed's titles and descriptions."""
    return text_of(inline(markdown))


def text_of(safe_html: str) -> str:
    """Return the text of HTML that :func:`block` or :func:`inline` made."""
    return " ".join(html.unescape(TAG.sub("", safe_html)).split())


def is_linkable(url: str) -> bool:
    """Whether a page may link to this address: it is whole and leads somewhere that readers can go.

    Refused are ``javascript:`` and ``data:``, but also ``file:///C:/…`` and ``notes/a.md``, which
    mean something on the author's machine or in the repository alone.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


# --- How it is made ------------------------------------------------------------------------------


class _Link(LinkInlineProcessor):
    """`[text](address)`, read by two bounded expressions.

    The library's own reads one character at a time to the end of the text from every bracket, which
    takes minutes over a text of nothing but brackets.
    """

    TEXT = re.compile(
        r"((?>(?:[^\[\]\\]|\\.|\[(?>(?:[^\[\]\\]|\\.|\[[^\[\]]{0,300}+\]){0,500})\]){0,1000}))\]",
        re.DOTALL,
    )
    ADDRESS = re.compile(
        r"""
        \(\s*+
        (?: <([^<>\n]{0,2000}+)>
          | ((?>(?:[^\s()]|\((?>(?:[^\s()]|\([^\s()]{0,200}+\)){0,500})\)){0,2000}))
        )
        (?>(?:\s++(?:"([^"]{0,500}+)"|'([^']{0,500}+)'))?)
        \s*+\)
        """,
        re.VERBOSE,
    )

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
        """Return what stands between the brackets."""
        found = self.TEXT.match(data, index)
        return (found[1], found.end(), True) if found else ("", index, False)

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        """Return what stands between the parentheses."""
        found = self.ADDRESS.match(data, index)
        if not found:
            return "", None, index, False
        title = found[3] if found[3] is not None else found[4]
        href = found[1] if found[1] is not None else found[2]
        return self.unescape(href), title and self.unescape(title), found.end(), True


class _Image(_Link):
    """`![alt](address)`: taken out."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Put an element that the sanitizer drops in its place."""
        _, _, end = super().handleMatch(m, data)
        return (Element("img"), m.start(), end) if end else (None, None, None)


class _HtmlBlocks(HtmlBlockPreprocessor):
    """Blocks of HTML, looked for only where there is a tag: the search is not cheap."""

    def run(self, lines: list[str]) -> list[str]:
        """Stash the blocks."""
        return super().run(lines) if any("<" in line for line in lines) else lines


def _block_writer() -> Markdown:
    """A writer that knows blocks of all kinds."""
    md = Markdown(extensions=[TableExtension(), FencedCodeExtension(), MathExtension()])
    _trim(md)
    md.preprocessors.register(_HtmlBlocks(md), "html_block", 20)
    return md


def _inline_writer() -> Markdown:
    """A writer that knows one block, the paragraph: `1.` or `#` at the start of a title is text."""
    md = Markdown(extensions=[MathExtension()])
    _trim(md)
    md.preprocessors.deregister("html_block")
    md.treeprocessors.deregister("prettify")
    for name in ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote"):
        md.parser.blockprocessors.deregister(name)
    return md


def _trim(md: Markdown) -> None:
    """Take out what links to other paragraphs by name, which one entry's text has no use for."""
    md.inlinePatterns.register(_Link(r"(?<!!)\[", md), "link", 160)
    md.inlinePatterns.register(_Image(r"!\[", md), "image_link", 150)
    for name in ("reference", "image_reference", "short_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    md.parser.blockprocessors.deregister("reference")


class _Writers(threading.local):
    """One pair of writers a thread, for Python-Markdown keeps its state in itself."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Make new ones: a conversion that was broken off leaves its state behind."""
        self.block, self.inline = _block_writer(), _inline_writer()


_writers = _Writers()


def _is_too_much(text: str) -> bool:
    return (
        len(text) > LONGEST_BLOCK
        or text.count("\n") > MOST_LINES
        or text.count("<") - text.count(">") > MOST_UNCLOSED
    )
