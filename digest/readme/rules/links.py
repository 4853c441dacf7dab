"""Links: where they lead, and whether that is what their label says."""

import html
import re
from collections.abc import Callable, Iterator

from digest.readme.grammar import label
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.hosts import is_code, is_paper, without_tracking
from digest.readme.rules.page import Page

# What runs or reads something on the reader's side, and paths of the author's machine.
_UNSAFE = re.compile(
    r"[\x00-\x20]*(?:(?P<scheme>file|javascript|vbscript|data):"
    r"|[A-Za-z]:[\\/]|\\\\|/(?:home|Users|mnt|tmp|root)/|~/)",
    re.I,
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"""\b(?:href|src)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>`]++))""", re.I)
_CODE = frozenset(("code", "github", "代码", "源码", "源代码"))
_PAPER = frozenset(("paper", "pdf", "arxiv", "论文", "preprint"))


@rule(
    "link-unsafe",
    Severity.ERROR,
    why=Words(
        "The address leads to a file on somebody's machine or runs a script; readers cannot "
        "follow it.",
        "地址指向某台电脑上的本地文件或会执行脚本，读者无法打开。",
    ),
    message=Words("Readers cannot follow {url}.", "读者无法打开 {url}。"),
)
def unsafe(page: Page) -> Iterator[Hit]:
    """Find ``file:``, ``javascript:`` and the like, and paths of a machine."""
    for link in page.links:
        if _UNSAFE.match(html.unescape(_ESCAPED.sub(r"\1", link.url))):
            yield Hit(link.start, {"url": link.url})
    for tag in page.tags:
        for match in _ADDRESS.finditer(tag.source):
            group = match.lastindex or 0
            if _UNSAFE.match(html.unescape(match[group])):
                yield Hit(tag.start + match.start(group), {"url": match[group]})


@rule(
    "link-empty",
    Severity.ERROR,
    why=Words("A link without an address leads nowhere.", "没有地址的链接哪里也去不了。"),
    message=Words("The link has no address.", "链接没有地址。"),
)
def empty(page: Page) -> Iterator[Hit]:
    """Find links without an address."""
    return (Hit(link.start) for link in page.links if not link.url)


@rule(
    "link-tracking",
    Severity.WARNING,
    fixable=True,
    why=Words(
        "The address has parameters that say where a reader came from; it leads to the same page "
        "without them.",
        "地址带有跟踪参数；去掉之后仍是同一页面。",
    ),
    message=Words("The address needs no {parameters}.", "地址不需要 {parameters}。"),
)
def tracking(page: Page) -> Iterator[Hit]:
    """Find parameters that can go."""
    for link in page.links:
        if "?" in link.url or "#" in link.url:
            bare, parameters = without_tracking(link.url)
            if parameters:
                edit = Edit(link.start, link.start + len(link.url), bare)
                yield Hit(link.start, {"parameters": ", ".join(parameters)}, (edit,))


@rule(
    "link-code",
    Severity.WARNING,
    why=Words(
        "A link says that it leads to code, and its host keeps none.",
        "链接标为代码，目标网站却不存放代码。",
    ),
    message=Words("“{label}” leads to {url}.", "“{label}”指向 {url}。"),
)
def code(page: Page) -> Iterator[Hit]:
    """Find code links that lead to no code host."""
    return _mislabelled(page, _CODE, is_code)


@rule(
    "link-paper",
    Severity.WARNING,
    why=Words(
        "A link says that it leads to a paper, and its host keeps none.",
        "链接标为论文，目标网站却不存放论文。",
    ),
    message=Words("“{label}” leads to {url}.", "“{label}”指向 {url}。"),
)
def paper(page: Page) -> Iterator[Hit]:
    """Find paper links that lead to no paper host, and to no PDF."""
    return _mislabelled(page, _PAPER, is_paper)


def _mislabelled(
    page: Page, labels: frozenset[str], may_be: Callable[[str], bool]
) -> Iterator[Hit]:
    for link in page.links:
        is_labelled = not link.is_image and label(link.label).lower() in labels
        if is_labelled and not may_be(link.url):
            yield Hit(link.start, {"label": link.label, "url": link.url})
