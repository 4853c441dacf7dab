"""The same paper, or the same address, more than once."""

from collections.abc import Iterator

from digest.readme.rules.finding import Hit, Severity, Words, rule
from digest.readme.rules.page import Listed, Page


@rule(
    "paper-repeated",
    Severity.WARNING,
    why=Words("A section lists the same paper twice.", "同一节里同一篇论文出现了两次。"),
    message=Words(
        "“{headline}” is the paper of “{first}”, in the same section.",
        "“{headline}”与同一节的“{first}”是同一篇论文。",
    ),
)
def repeated(page: Page) -> Iterator[Hit]:
    """Find papers that stand twice in their section."""
    firsts: dict[tuple[int, str], Listed] = {}
    for paper in page.papers:
        first = firsts.setdefault((paper.part, paper.name), paper)
        if first is not paper:
            yield _hit(paper, first)


@rule(
    "paper-elsewhere",
    Severity.INFO,
    why=Words(
        "Another section lists the same paper, which may well be meant.",
        "另一节也收录了同一篇论文，可能是有意为之。",
    ),
    message=Words(
        "“{headline}” is the paper of “{first}”, in another section.",
        "“{headline}”与另一节的“{first}”是同一篇论文。",
    ),
)
def elsewhere(page: Page) -> Iterator[Hit]:
    """Find papers that stand in a section before, once a section."""
    firsts: dict[str, Listed] = {}
    told: set[tuple[int, str]] = set()
    for paper in page.papers:
        first = firsts.setdefault(paper.name, paper)
        place = (paper.part, paper.name)
        if first.part != paper.part and place not in told:
            told.add(place)
            yield _hit(paper, first)


@rule(
    "address-shared",
    Severity.WARNING,
    why=Words(
        "Two entries of different papers have one address: one of them was copied and not changed.",
        "两篇不同论文的条目用了同一个地址：多半是复制之后忘了改。",
    ),
    message=Words("“{headline}” has an address of “{first}”.", "“{headline}”与“{first}”地址相同。"),
)
def shared(page: Page) -> Iterator[Hit]:
    """Find entries whose post or paper is that of an entry with another title."""
    firsts: dict[str, Listed] = {}
    for paper in page.papers:
        others = [firsts.setdefault(mark, paper) for mark in paper.marks]
        first = next((other for other in others if other.name != paper.name), None)
        if first:
            yield _hit(paper, first)


def _hit(paper: Listed, first: Listed) -> Hit:
    return Hit(paper.start, {"headline": paper.headline, "first": first.headline})
