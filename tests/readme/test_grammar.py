"""The shapes an entry, a heading and a table of contents may have."""

import pytest

from digest.readme import Contents, Entry, Link, Picture, Text, parse, render

HEADS = [
    "**1、[T](https://u)**",
    "**1**、[**T**](https://u)",
    "**1**、**[T](https://u)**",
    "1、[**T**](https://u)",
    "**[1、T](https://u)**",
    "[**1、T**](https://u)",
    "##### 1、[T](https://u)",
    "###### **1. [T](https://u)** ######",
    "1.[T](https://u)",
    "1. [T](https://u)",
    "1．[T](https://u)",
    "1) [T](https://u)",
    "__1、[T](https://u)__ ",
    "**1、[T](<https://u>)**",
]
LINKS = [
    "[[paper](https://p)]，[[code](https://c)]",
    "[[Paper](https://p)]、[[Code](https://c)]",
    "[[PAPER](https://p)][[code](https://c)]",
    "[[paper](https://p)], [ [code](https://c) ]。",
    "\n\n[[paper](https://p)]、[[code](https://c)]",
]
EXPECTED = Entry(
    "T", "https://u", "Title", "摘要。", (Link("paper", "https://p"), Link("code", "https://c"))
)


def only_entry(text: str) -> Entry:
    (section,) = parse(text).sections
    (entry,) = section.nodes
    assert isinstance(entry, Entry)
    return entry


@pytest.mark.parametrize("head", HEADS)
def test_all_heads_are_one_grammar(head: str) -> None:
    entry = only_entry(f"# S\n\n{head}\n\n**Title**\n\n摘要。{LINKS[0]}\n")
    assert entry == EXPECTED
    assert entry.number == 1


@pytest.mark.parametrize("links", LINKS)
def test_all_link_lists_are_one_grammar(links: str) -> None:
    assert only_entry(f"# S\n\n{HEADS[0]}\n\n**Title**\n\n摘要。{links}\n") == EXPECTED


def test_an_entry_may_be_typed_without_blank_lines() -> None:
    text = f"# S\n{HEADS[0]}\n**Title**\n摘要。{LINKS[0]}\n**2、[U](v)**\n**V**\nw\n"
    first, second = parse(text).entries
    assert first == EXPECTED
    assert second == Entry("U", "v", "V", "w")
    assert (second.number, second.place, second.line) == (2, 2, 5)


@pytest.mark.parametrize(
    "picture",
    [
        '<p align="center"><img src="a.png" alt="x &amp; y" style="zoom:25%;" /> </p>',
        "<center>\n  <img alt='x &amp; y' src=a.png>\n</center>",
        '<img src="a.png" alt="x &amp; y">',
        "![x & y](a.png)",
    ],
)
@pytest.mark.parametrize("place", ["before the title", "before the summary", "behind the links"])
def test_a_picture_may_stand_anywhere_in_any_wrapper(picture: str, place: str) -> None:
    parts = [HEADS[0], "**Title**", f"摘要。{LINKS[0]}"]
    parts.insert(
        {"before the title": 1, "before the summary": 2, "behind the links": 3}[place], picture
    )
    entry = only_entry("# S\n\n" + "\n\n".join(parts))
    assert entry == EXPECTED.edit(picture=Picture("a.png", "x & y"))
    assert entry.picture
    assert entry.picture.source == picture


def test_links_close_a_summary_of_several_paragraphs() -> None:
    entry = only_entry(f"# S\n\n{HEADS[0]}\n\n**Title**\n\n一。\n\n- 二\n- 三\n\n四。{LINKS[0]}")
    assert entry.summary == "一。\n\n- 二\n- 三\n\n四。"


def test_without_links_a_summary_is_one_paragraph_and_the_rest_is_text() -> None:
    (section,) = parse("# S\n\n1、[T](u)\n\n**Title**\n\n一。\n\n二。\n").sections
    assert section.nodes == (Entry("T", "u", "Title", "一。"), Text("二。"))


def test_what_follows_the_links_is_text() -> None:
    (section,) = parse("# S\n\n1、[T](u)\n\n一。[[paper](p)]\n\n---\n\n二。\n").sections
    assert section.nodes == (
        Entry("T", "u", "", "一。", (Link("paper", "p"),)),
        Text("---\n\n二。"),
    )


def test_links_within_a_sentence_stay_in_the_summary() -> None:
    entry = only_entry("# S\n\n1、[T](u)\n\n见[[paper](p)]一文，[[code](c)]\n")
    assert entry.summary == "见[[paper](p)]一文，"
    assert entry.links == (Link("code", "c"),)


@pytest.mark.parametrize("fence", ["```", "~~~~", "```markdown"])
def test_entries_in_fenced_code_are_none(fence: str) -> None:
    closing = fence.rstrip("markdown")
    text = f"# S\n\n{fence}\n# 一、No\n\n**1、[No](n)**\n{closing}\n\n**1、[Yes](y)**\n"
    assert [entry.headline for entry in parse(text).entries] == ["Yes"]
    assert len(parse(text).sections) == 1


@pytest.mark.parametrize(
    "block", ["<!--\n\n1、[No](n)\n-->", "<div>\n1、[No](n)\n</div>", "    1、[No](n)"]
)
def test_entries_in_html_and_indented_code_are_none(block: str) -> None:
    assert not parse(f"# 一、S\n\n{block}\n").entries


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# 一、强化学习", "强化学习"),
        ("## 强化学习", "强化学习"),
        ("### **二、强化学习** ###", "强化学习"),
        ("# 3. 强化学习", "强化学习"),
        ("# 3.5 模型", "3.5 模型"),
        ("# 一致性", "一致性"),
        ("# 第十二章、强化学习", "强化学习"),
        ("强化学习\n=====", "强化学习"),
    ],
)
def test_a_section_title_has_no_marks_and_no_ordinal(heading: str, title: str) -> None:
    (section,) = parse(f"{heading}\n\n**1、[T](u)**\n").sections
    assert section.title == title


@pytest.mark.parametrize(
    "heading", ["# 目录", "### 目 录", "## Table of Contents", "**Contents**\n===", ""]
)
@pytest.mark.parametrize("where", ["first", "last"])
def test_the_contents_are_known_wherever_they_stand(heading: str, where: str) -> None:
    contents = f"{heading}\n\n[**一、甲**](#甲)\n\n- [乙](#二乙)\n".strip()
    sections = "# 甲\n\n**1、[T](u)**\n\n# 乙"
    parts = [contents, sections] if where == "first" else [sections, contents]
    document = parse("\n\n".join(parts) + "\n")
    assert [section.title for section in document.sections] == ["甲", "乙"]
    nodes = document.preamble if where == "first" else document.sections[-1].nodes
    assert nodes == (Contents(contents),)


def test_a_link_back_to_the_top_is_no_table_of_contents() -> None:
    (section,) = parse("# S\n\n1、[T](u)\n\nw[[paper](p)]\n\n[返回目录](#目录)\n").sections
    assert section.nodes[1] == Text("[返回目录](#目录)")


def test_the_lists_own_title_is_no_section_but_an_empty_section_is() -> None:
    text = "# My papers\n\nHello.\n\n# Full\n\n1. [T](u)\n\n# Empty\n\n## Note\n"
    document = parse(text)
    assert [section.title for section in document.sections] == ["Full", "Empty"]
    assert document.preamble == (Text("# My papers\n\nHello."),)
    assert document.sections[1].nodes == (Text("## Note"),)
    assert render(document) == text


def test_an_entry_before_the_first_section_stays_text() -> None:
    assert parse("1、[T](u)\n").preamble == (Text("1、[T](u)"),)
