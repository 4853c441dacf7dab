"""An edit changes its own lines, and the digits of numbers that shift, and nothing else."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digest.readme import Document, Entry, Section, Text, check_entry, parse, render
from digest.readme.document import Node
from tests.readme.strategies import entries, hostile_lists, lists

SEED = (Path(__file__).parents[2] / "fixtures" / "README.md").read_text(encoding="utf-8")
NEW = Entry("New", "https://new.org", "New title", "新的摘要。")

Where = tuple[int, int]  # the index of a section, and of a node in it


def entries_of(document: Document) -> list[Where]:
    return [
        (number, index)
        for number, section in enumerate(document.sections)
        for index, node in enumerate(section.nodes)
        if isinstance(node, Entry)
    ]


def spliced(document: Document, where: Where, *nodes: Node, drop: int = 0) -> Document:
    """Return the document with nodes put in at a place, where some are dropped first."""
    number, index = where
    section = document.sections[number]
    nodes = (*section.nodes[:index], *nodes, *section.nodes[index + drop :])
    sections = list(document.sections)
    sections[number] = replace(section, nodes=nodes)
    return replace(document, sections=tuple(sections))


def node_at(document: Document, where: Where) -> Entry:
    node = document.sections[where[0]].nodes[where[1]]
    assert isinstance(node, Entry)
    return node


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+", text)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines, blank ones aside, that went and that came."""
    opcodes = difflib.SequenceMatcher(
        None, lines(before), lines(after), autojunk=False
    ).get_opcodes()
    went, came = [], []
    for tag, low, high, other_low, other_high in opcodes:
        if tag != "equal":
            went += [line for line in lines(before)[low:high] if line.strip()]
            came += [line for line in lines(after)[other_low:other_high] if line.strip()]
    return went, came


def without_numbers(found: Sequence[str]) -> list[str]:
    """Return lines without the digits of a head, and without their ends."""
    return [
        re.sub(r"^([ #*_\[]*)\d+(?=[*_ \t]*[、.．)）])", r"\1", line).rstrip() for line in found
    ]


def own_lines(entry: Entry) -> list[str]:
    return without_numbers([line for line in lines(entry.source) if line.strip()])


def is_part(some: Sequence[str], of: Sequence[str]) -> bool:
    left = list(of)
    return all(line in left and not left.remove(line) for line in some)  # type: ignore[func-returns-value]


def assert_only_heads_shift(went: Sequence[str], came: Sequence[str]) -> None:
    """Apart from the lines of the entry itself, only the digits of heads may differ."""
    assert without_numbers(went) == without_numbers(came)


def spoken(document: Document) -> list[tuple[str, list[object]]]:
    """Return what the sections say; neighbouring texts are one."""
    found = []
    for section in document.sections:
        below: list[object] = []
        for node in section.nodes:
            if not isinstance(node, Text):
                below.append(node)
            elif below and isinstance(below[-1], str):
                below[-1] += "".join(node.source.split())
            else:
                below.append("".join(node.source.split()))
        found.append((section.title, below))
    return found


ALL_OF_SEED = entries_of(parse(SEED))


@pytest.mark.parametrize("where", ALL_OF_SEED)
def test_a_changed_entry_of_the_seed_changes_its_lines(where: Where) -> None:
    document = parse(SEED)
    entry = node_at(document, where)
    text = render(spliced(document, where, entry.edit(summary="改过的摘要。"), drop=1))
    went, came = changed_lines(SEED, text)
    assert is_part(without_numbers(went), own_lines(entry))
    assert came[-1].startswith("改过的摘要。[[paper]")
    assert lines(text)[: entry.line - 1] == lines(SEED)[: entry.line - 1]
    end = entry.line - 1 + len(lines(entry.source))
    assert text.endswith("".join(lines(SEED)[end:]))
    assert node_at(parse(text), where) == entry.edit(summary="改过的摘要。")


@pytest.mark.parametrize("where", ALL_OF_SEED)
def test_a_deleted_entry_of_the_seed_takes_its_lines_and_shifts_numbers(where: Where) -> None:
    document = parse(SEED)
    entry = node_at(document, where)
    text = render(spliced(document, where, drop=1))
    went, came = changed_lines(SEED, text)
    rest = without_numbers(went)
    for line in own_lines(entry):
        rest.remove(line)
    assert rest == without_numbers(came)
    numbers = [one.number for one in parse(text).sections[where[0]].entries]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("where", ALL_OF_SEED)
def test_an_added_entry_in_the_seed_adds_its_lines_and_shifts_numbers(where: Where) -> None:
    document = parse(SEED)
    text = render(spliced(document, where, NEW))
    went, came = changed_lines(SEED, text)
    number = where[1] + 1
    own = [f"**{number}、[New](https://new.org)**\n", "**New title**\n", "新的摘要。\n"]
    assert is_part(own, came)
    assert_only_heads_shift(went, [line for line in came if line not in own])
    assert node_at(parse(text), where) == NEW


@pytest.mark.parametrize("where", ALL_OF_SEED)
def test_a_moved_entry_of_the_seed_keeps_its_text(where: Where) -> None:
    document = parse(SEED)
    entry = node_at(document, where)
    to = (where[0] + 1) % 5
    text = render(spliced(spliced(document, where, drop=1), (to, 0), entry))
    went, came = changed_lines(SEED, text)
    assert sorted(without_numbers(went)) == sorted(without_numbers(came))
    assert parse(text).sections[to].entries[0] == entry
    assert parse(text).sections[to].entries[0].source[10:] == entry.source[10:]


def test_a_moved_entry_does_not_carry_the_section_break_along() -> None:
    text = "# A\n\n1、[a](a)\n\nx\n\n2、[b](b)\n\ny\n\n\n\n# B\n\n1、[c](c)\n\n\n\n2、[d](d)\n\nz\n"
    document = parse(text)
    last = node_at(document, (0, 1))
    moved = spliced(spliced(document, (0, 1), drop=1), (1, 1), last)
    assert render(moved) == (
        "# A\n\n1、[a](a)\n\nx\n\n\n\n# B\n\n1、[c](c)\n\n2、[b](b)\n\ny\n\n\n\n3、[d](d)\n\nz\n"
    )


def test_wrong_numbers_stay_until_their_place_changes() -> None:
    text = "# A\n\n1、[a](a)\n\n2、[b](b)\n\n2、[c](c)\n\n4、[d](d)\n"
    document = parse(text)
    assert render(document) == text
    assert (
        render(spliced(document, (0, 3), drop=1)) == "# A\n\n1、[a](a)\n\n2、[b](b)\n\n2、[c](c)\n"
    )
    assert re.findall(r"\d", render(spliced(document, (0, 0), drop=1))) == ["1", "2", "3"]


def test_a_tight_list_stays_tight_around_a_change() -> None:
    text = "# A\n1、[a](a)\nx\n2、[b](b)\ny\n3、[c](c)\nz\n"
    document = parse(text)
    entry = node_at(document, (0, 1)).edit(summary="new")
    changed = render(spliced(document, (0, 1), entry, drop=1))
    assert changed == "# A\n1、[a](a)\nx\n**2、[b](b)**\n\nnew\n3、[c](c)\nz\n"


def test_a_new_entry_has_the_line_endings_of_the_file() -> None:
    document = parse("# A\r\n\r\n1、[a](a)\r\n")
    text = render(spliced(document, (0, 0), NEW))
    assert text == (
        "# A\r\n\r\n**1、[New](https://new.org)**\r\n\r\n**New title**\r\n\r\n新的摘要。\r\n\r\n"
        "2、[a](a)\r\n"
    )


def remove(document: Document, where: Where) -> Document:
    return spliced(document, where, drop=1)


def strip_to_the_head(document: Document, where: Where) -> Document:
    entry = node_at(document, where)
    return spliced(
        document, where, entry.edit(title="", summary="", links=(), picture=None), drop=1
    )


def move_up(document: Document, where: Where) -> Document:
    entry = node_at(document, where)
    return spliced(spliced(document, where, drop=1), (where[0], 0), entry)


def move_to_the_end(document: Document, where: Where) -> Document:
    entry = node_at(document, where)
    without = spliced(document, where, drop=1)
    number = len(without.sections) - 1
    return spliced(without, (number, len(without.sections[number].nodes)), entry)


def add_above(document: Document, where: Where) -> Document:
    return spliced(document, where, NEW)


EDITS = [remove, strip_to_the_head, move_up, add_above]


def stays_a_section(section: Section) -> bool:
    """Whether a heading alone is a section: without entries, only an ordinal says so."""
    below = "\n\n1、[T](u)" if section.entries else ""
    return len(parse(section.source + below).sections) == 1


def without_fences(found: list[tuple[str, list[object]]]) -> list[tuple[str, list[object]]]:
    """Return it without the comments that keep a text from being read as part of an entry."""
    return [
        (title, [node.removeprefix("<!---->") if isinstance(node, str) else node for node in below])
        for title, below in found
    ]


@settings(max_examples=200)
@given(lists(), entries, st.data())
def test_in_any_list_an_edit_changes_only_its_own_lines(
    text: str, new: Entry, data: st.DataObject
) -> None:
    document = parse(text)
    where = data.draw(st.sampled_from(entries_of(document)))
    entry = node_at(document, where)
    changed = render(spliced(document, where, new, drop=1))
    went, _ = changed_lines(text, changed)
    assert is_part(without_numbers(went), own_lines(entry))
    removed = render(remove(document, where))
    went, came = changed_lines(text, removed)
    rest = without_numbers(went)
    for line in own_lines(entry):
        rest.remove(line)
    came = [line for line in came if line.strip() != "<!-- -->"]
    assert sorted(rest) == sorted(without_numbers(came))


@settings(max_examples=200)
@given(lists(), st.data(), st.sampled_from([*EDITS, move_to_the_end]))
def test_in_any_list_nothing_merges(
    text: str, data: st.DataObject, edit: Callable[[Document, Where], Document]
) -> None:
    document = parse(text)
    edited = edit(document, data.draw(st.sampled_from(entries_of(document))))
    assume(all(map(stays_a_section, edited.sections)))
    assert without_fences(spoken(parse(render(edited)))) == spoken(edited)


@settings(max_examples=600)
@given(hostile_lists, st.data(), st.sampled_from(EDITS))
def test_in_hostile_lists_nothing_merges_either(
    text: str, data: st.DataObject, edit: Callable[[Document, Where], Document]
) -> None:
    document = parse(text)
    edited = edit(document, data.draw(st.sampled_from(entries_of(document))))
    assume(all(map(stays_a_section, edited.sections)))
    assert without_fences(spoken(parse(render(edited)))) == spoken(edited)


def test_text_that_would_be_taken_for_a_summary_is_fenced_off() -> None:
    document = parse("# A\n\n1、[a](a)\n\nx[[paper](p)]\n\nA note.\n\n2、[b](b)\n")
    text = render(strip_to_the_head(document, (0, 0)))
    assert text == "# A\n\n**1、[a](a)**\n\n<!-- -->\n\nA note.\n\n2、[b](b)\n"


def test_two_texts_that_become_neighbours_need_no_fence() -> None:
    document = parse("# 一、A\n1、[a](a)\n```\n```\n- ```\n**1、[b](b)**\n    indented\n")
    assert render(remove(document, (0, 2))) == (
        "# 一、A\n1、[a](a)\n```\n```\n- ```\n    indented\n"
    )


def test_text_right_below_an_entry_stays_text_when_that_changes() -> None:
    document = parse("# A\n1、[a](a)\n    code\n")
    assert document.sections[0].nodes[1] == Text("    code")
    entry = node_at(document, (0, 0)).edit(summary="x")
    assert render(spliced(document, (0, 0), entry, drop=1)) == (
        "# A\n**1、[a](a)**\n\nx\n\n    code\n"
    )


def test_a_changed_entry_says_what_the_editor_typed() -> None:
    entry = parse("# A\n\n1、[a](a)\n").entries[0]
    changed = entry.edit(headline="b [c]", url="https://x/(y)", title="T*", summary="一\n二")
    assert check_entry(changed.edit(title="T")) is None
    section = Section("A", nodes=(changed.edit(title="T"),))
    assert parse(render(Document(sections=(section,)))).entries[0] == changed.edit(title="T")
