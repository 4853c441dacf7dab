"""Links within the page: whether GitHub finds a heading for them, and the right one."""

from collections import defaultdict
from collections.abc import Iterator

from digest.readme.anchors import Slugger
from digest.readme.contents import spoken
from digest.readme.grammar import bare, heading_title
from digest.readme.rules.finding import Edit, Hit, Severity, Words, rule
from digest.readme.rules.page import Page, Target, fragment


@rule(
    "anchor-dead",
    Severity.ERROR,
    fixable=True,
    why=Words(
        "A link within the page leads to no heading. GitHub makes a heading's anchor of its "
        "letters in lower case, without punctuation.",
        "页内链接找不到对应的标题。GitHub 的锚点由标题文字转小写、去掉标点得到。",
    ),
    message=Words("No heading has the anchor #{anchor}.", "没有锚点为 #{anchor} 的标题。"),
)
def dead(page: Page) -> Iterator[Hit]:
    """Find links to anchors that are not there."""
    named = _anchors_by_title(page)
    for link in page.links:
        anchor = fragment(link)
        if anchor is not None and anchor not in page.anchors:
            right = _only(named.get(_title(link), [])) or Slugger().slug(anchor)
            edits = _lead_to(link, right) if right and right in page.anchors else ()
            yield Hit(link.start, {"anchor": anchor}, edits)


@rule(
    "anchor-wrong",
    Severity.ERROR,
    fixable=True,
    why=Words(
        "A line of the contents names one section and leads to another heading.",
        "目录中的一行写的是某一节，链接却指向另一个标题。",
    ),
    message=Words(
        "“{title}” leads to #{anchor}, which is another heading.",
        "“{title}”指向 #{anchor}，那是另一个标题。",
    ),
)
def wrong(page: Page) -> Iterator[Hit]:
    """Find lines of contents that lead to another heading than the one they name."""
    named = _anchors_by_title(page)
    for contents in page.contents:
        for link in page.links_between(contents.start, contents.end):
            anchor, title = fragment(link), _title(link)
            right = named.get(title, [])
            if right and anchor in page.anchors and anchor not in right:
                only = _only(right)
                edits = _lead_to(link, only) if only else ()
                yield Hit(link.start, {"title": title, "anchor": anchor}, edits)


def _anchors_by_title(page: Page) -> dict[str, list[str]]:
    named = defaultdict(list)
    for heading in page.headings:
        named[heading.title].append(heading.anchor)
    return named


def _title(link: Target) -> str:
    return spoken(heading_title(bare(link.label))[0])


def _only(anchors: list[str]) -> str | None:
    return anchors[0] if len(anchors) == 1 else None


def _lead_to(link: Target, anchor: str) -> tuple[Edit, ...]:
    return (Edit(link.start, link.start + len(link.url), f"#{anchor}"),)
