"""Histories of a list as its keeper might have written it, version after version, with the truth.

The text is written here by hand, without the codec, and each version says which entry is which.
What nobody could tell from two versions is not asked: a version changes at most one entry of each
paper, copies to the letter stand in different sections, and one of those is not taken out and
another one put in.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.transfer import phrases

HEADS = (
    "**{n}{s}[{t}]({u})**",
    "**{n}**{s}[**{t}**]({u})",
    "**{n}**{s}**[{t}]({u})**",
    "{n}{s}[**{t}**]({u})",
    "**[{n}{s}{t}]({u})**",
    "[**{n}{s}{t}**]({u})",
    "##### {n}{s}[{t}]({u})",
)
ORDINALS = "一二三四五六七八九十"


class Version(NamedTuple):
    """A README and the ids of its entries, in order."""

    text: str
    ids: list[int]


@dataclass(frozen=True)
class Item:
    """An entry; ``paper`` says which ones are about the same."""

    id: int
    paper: int
    headline: str
    url: str
    title: str
    summary: str
    links: tuple[tuple[str, str], ...]
    picture: str


@dataclass
class Group:
    """A section."""

    title: str
    intro: str
    items: list[Item]


@dataclass
class Style:
    """How the whole file is written."""

    head: str = HEADS[0]
    separator: str = "、"
    between_links: str = "，"
    heading: str = "# {ordinal}、{title}"
    numbers: str = "by section"
    gap: str = "\n\n"
    newline: str = "\n"


@dataclass
class Keeper:
    """Who keeps the list, by chance but the same way for the same seed."""

    seed: int
    chance: random.Random = field(init=False)
    style: Style = field(default_factory=Style)
    groups: list[Group] = field(default_factory=list)
    removed: list[Item] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    items_made: int = 0
    papers_made: int = 0

    def __post_init__(self) -> None:
        """Begin with a list like those that there are."""
        self.chance = random.Random(self.seed)
        for _ in range(self.chance.randint(4, 6)):
            self.groups.append(Group(self._section_title(), self._intro(), []))
        for _ in range(self.chance.randint(60, 100)):
            self.add()
        for _ in range(3):  # an address pasted once too often
            wrong = phrases.address(self.chance)
            for _ in range(2):
                self._edit(url=wrong)

    def versions(self, count: int) -> Iterator[Version]:
        """Yield the list as it is first, and then after some changes at a time."""
        yield self.version()
        for _ in range(count - 1):
            self.touched.clear()
            for change in self.chance.choices(CHANGES, WEIGHTS, k=self.chance.randint(1, 4)):
                change(self)
            yield self.version()

    def version(self) -> Version:
        """Write the list down."""
        style = self.style
        parts = ["本仓库收集最新研究进展，不定时更新。", "### 目录"]
        parts += [f"[**{group.title}**](#{group.title})" for group in self.groups]
        number = 0
        for ordinal, group in zip(ORDINALS, self.groups, strict=False):
            parts.append(style.heading.format(ordinal=ordinal, title=group.title))
            parts += [group.intro] if group.intro else []
            number = 0 if style.numbers == "by section" else number
            for item in group.items:
                number += style.numbers != "all one" or not number
                parts += self._lines(item, number)
        text = style.gap.join(parts) + "\n"
        ids = [item.id for group in self.groups for item in group.items]
        return Version(text.replace("\n", style.newline), ids)

    def _lines(self, item: Item, number: int) -> Iterator[str]:
        style = self.style
        yield style.head.format(n=number, s=style.separator, t=item.headline, u=item.url)
        if item.picture:
            yield f'<p align="center"><img src="assets/{item.picture}" height="50px" /> </p>'
        if item.title:
            yield f"**{item.title}**"
        links = style.between_links.join(f"[[{label}]({url})]" for label, url in item.links)
        if item.summary or links:
            yield item.summary + links

    # What a keeper does to one entry

    def shorten_or_lengthen_a_headline(self) -> None:
        """Change a few words of it."""
        if item := self._pick():
            self._put(item, headline=phrases.edited(self.chance, item.headline))

    def rewrite_a_headline(self) -> None:
        """Say it in other words."""
        self._edit(headline=phrases.headline(self.chance))

    def change_an_address(self) -> None:
        """Link another post, by mistake now and then one that another entry has."""
        url = phrases.address(self.chance)
        if self.chance.random() < 0.1:
            url = self.chance.choice(self._items()).url
        self._edit(url=url)

    def retype_a_title(self) -> None:
        """Write it with other capitals, dashes and marks."""
        if item := self._pick():
            self._put(item, title=phrases.retyped(self.chance, item.title))

    def edit_a_summary(self) -> None:
        """Change some of it, or all of it."""
        if item := self._pick():
            rewrite = self.chance.random() < 0.2
            text = phrases.summary(self.chance) if rewrite else item.summary
            self._put(item, summary=phrases.edited(self.chance, text))

    def change_links(self) -> None:
        """Add one, drop one, or name another version of the paper."""
        if item := self._pick():
            links = list(item.links)
            act = self.chance.choice(("add", "drop", "version"))
            if act == "add":
                links.append(("code", phrases.repository(self.chance)))
            elif act == "drop" and links:
                links.pop(self.chance.randrange(len(links)))
            else:
                links = [
                    (label, f"{url}v2" if "arxiv.org/abs" in url and "v2" not in url else url)
                    for label, url in links
                ]
            self._put(item, links=tuple(links))

    def move_within_a_section(self) -> None:
        """Put it at another place."""
        self._move(across=False)

    def move_to_another_section(self) -> None:
        """Put it anywhere."""
        self._move(across=True)

    def _move(self, *, across: bool) -> None:
        if item := self._pick():
            group = self._group_of(item)
            group.items.remove(item)
            self._insert(item, None if across else group)

    def add(self) -> None:
        """Write a new one; sometimes about a paper that has one already."""
        self.items_made += 1
        other = self._pick() if self.chance.random() < 0.15 else None
        if other is None:
            self.papers_made += 1
            self.touched.add(self.papers_made)
            item = Item(self.items_made, self.papers_made, *phrases.entry(self.chance))
        else:
            headline, url, _title, summary, *_ = phrases.entry(self.chance)
            item = replace(other, id=self.items_made)
            if self.chance.random() < 0.7:
                item = replace(item, headline=headline, summary=summary)
            if self.chance.random() < 0.5:
                item = replace(item, url=url)
        if not _has_copy(self.removed, item):
            self._insert(item)

    def remove(self) -> None:
        """Take one out."""
        item = self._pick() if len(self._items()) > 50 else None
        if item and not _has_copy(self.removed, item):
            self._group_of(item).items.remove(item)
            self.removed.append(item)

    def bring_back(self) -> None:
        """Put one in again that was taken out, perhaps with other words."""
        back = [item for item in self.removed if item.paper not in self.touched]
        if back:
            item = self.chance.choice(back)
            self.touched.add(item.paper)
            self.removed.remove(item)
            if self.chance.random() < 0.3:
                item = replace(item, summary=phrases.edited(self.chance, item.summary))
            self._insert(item)

    # What a keeper does to the whole

    def renumber(self) -> None:
        """Count in another way."""
        self.style.numbers = self.chance.choice(("by section", "through", "all one"))

    def reshape(self) -> None:
        """Write all heads, links, headings or lines in another way."""
        style, choice = self.style, self.chance.choice
        style.head = choice(HEADS)
        style.separator = choice(("、", ". ", "．", ") ", "."))
        style.between_links = choice(("，", "、", " ", ", "))
        style.heading = choice(("# {ordinal}、{title}", "## {ordinal}. {title}", "## {title}"))
        style.gap = choice(("\n\n", "\n\n", "\n\n\n"))
        style.newline = choice(("\n", "\n", "\r\n"))

    def rename_a_section(self) -> None:
        """Call it something else."""
        self.chance.choice(self.groups).title = self._section_title()

    def reorder_sections(self) -> None:
        """Put one of them elsewhere."""
        group = self.groups.pop(self.chance.randrange(len(self.groups)))
        self.groups.insert(self.chance.randint(0, len(self.groups)), group)

    def split_a_section(self) -> None:
        """Make two of one; now and then both get a new title."""
        group = max(self.groups, key=lambda group: len(group.items))
        if len(self.groups) < len(ORDINALS) and len(group.items) > 5:
            cut = self.chance.randint(2, len(group.items) - 2)
            new = Group(self._section_title(), "", group.items[cut:])
            group.items = group.items[:cut]
            if self.chance.random() < 0.3:
                group.title = self._section_title()
            self.groups.insert(self.groups.index(group) + 1, new)

    def merge_two_sections(self) -> None:
        """Make one of two; now and then with a new title."""
        if len(self.groups) > 3:
            one, other = self.chance.sample(self.groups, 2)
            if not any(_has_copy(one.items, item) for item in other.items):
                one.items += other.items
                self.groups.remove(other)
                if self.chance.random() < 0.3:
                    one.title = self._section_title()

    def _items(self) -> list[Item]:
        return [item for group in self.groups for item in group.items]

    def _pick(self) -> Item | None:
        """Take one of a paper that this version has not touched yet."""
        free = [item for item in self._items() if item.paper not in self.touched]
        if not free:
            return None
        item = self.chance.choice(free)
        self.touched.add(item.paper)
        return item

    def _group_of(self, item: Item) -> Group:
        return next(group for group in self.groups if item in group.items)

    def _edit(self, **changes: str) -> None:
        if item := self._pick():
            self._put(item, **changes)

    def _put(self, item: Item, **changes: object) -> None:
        items = self._group_of(item).items
        items[items.index(item)] = replace(item, **changes)  # type: ignore[arg-type]

    def _insert(self, item: Item, group: Group | None = None) -> None:
        if group is None:
            fitting = [group for group in self.groups if not _has_copy(group.items, item)]
            group = self.chance.choice(fitting)
        group.items.insert(self.chance.randint(0, len(group.items)), item)

    def _section_title(self) -> str:
        taken = {group.title for group in self.groups}
        return next(t for t in iter(lambda: phrases.section(self.chance), "") if t not in taken)

    def _intro(self) -> str:
        return self.chance.choice(("", "", f"这里是{phrases.section(self.chance)}的论文。"))


def _has_copy(items: list[Item], item: Item) -> bool:
    return any(replace(other, id=item.id) == item for other in items)


# What happens, and how often.
_FREQUENCY: dict[Callable[[Keeper], None], int] = {
    Keeper.shorten_or_lengthen_a_headline: 6,
    Keeper.rewrite_a_headline: 4,
    Keeper.change_an_address: 4,
    Keeper.retype_a_title: 4,
    Keeper.edit_a_summary: 6,
    Keeper.change_links: 4,
    Keeper.move_within_a_section: 4,
    Keeper.move_to_another_section: 4,
    Keeper.add: 8,
    Keeper.remove: 5,
    Keeper.bring_back: 2,
    Keeper.renumber: 1,
    Keeper.reshape: 1,
    Keeper.rename_a_section: 1,
    Keeper.reorder_sections: 1,
    Keeper.split_a_section: 1,
    Keeper.merge_two_sections: 1,
}
CHANGES, WEIGHTS = list(_FREQUENCY), list(_FREQUENCY.values())
