"""The whole list in the house style: what it looks like, and that it says the same."""

import itertools
import re
from pathlib import Path

import cmarkgfm
import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt

from digest.readme import (
    Contents,
    Document,
    Entry,
    Link,
    Picture,
    Section,
    Slugger,
    Text,
    canonical,
    ordinal,
    parse,
    render,
)
from digest.readme.document import Node
from tests.readme.strategies import documents, hostile

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"


def restyled(text: str) -> str:
    return render(canonical(parse(text)))


@pytest.fixture(scope="module")
def seed() -> Document:
    return parse(SEED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines(seed: Document) -> list[str]:
    return render(canonical(seed)).split("\n")


def test_sections_get_their_ordinals(lines: list[str]) -> None:
    assert [line for line in lines if line.startswith("#")] == [
        "## 目录",
        "## 一、人工反馈强化学习（RLHF）",
        "## 二、大语言模型（LLMs）调优",
        "## 三、大语言模型（LLMs）应用",
        "## 四、大语言模型（LLMs）评估",
        "## 五、大模型(LLMs)周边",
    ]


def test_contents_lines_have_the_anchors_that_github_makes(lines: list[str]) -> None:
    assert [line for line in lines if "](#" in line] == [
        "[**一、人工反馈强化学习（RLHF）**](#一人工反馈强化学习rlhf)",
        "[**二、大语言模型（LLMs）调优**](#二大语言模型llms调优)",
        "[**三、大语言模型（LLMs）应用**](#三大语言模型llms应用)",
        "[**四、大语言模型（LLMs）评估**](#四大语言模型llms评估)",
        "[**五、大模型(LLMs)周边**](#五大模型llms周边)",
    ]


def test_heads_are_bold_and_numbered(lines: list[str]) -> None:
    heads = [line for line in lines if re.match(r"\*\*\d+、", line)]
    assert heads[6:9] == [
        (
            "**1、[伯克利最新研究: Gorilla，赋予LLMs使用工具(API)的能力，实现更复杂计算任务]"
            "(https://mp.weixin.qq.com/s/VwkaE_FuUhL3ejhMXpfp9A)**"
        ),
        (
            "**2、[一个专用于长文档推理的提示框架PEARL，性能比GPT-4高10.5%！]"
            "(https://mp.weixin.qq.com/s/dQhRiH62Mz9umx7GFeQRvw)**"
        ),
        (
            "**3、[近乎完美！最强算术语言模型: Goar-7B，干翻GPT-4，怒越PaLM-540B！24G可训练]"
            "(https://mp.weixin.qq.com/s/_haINkHNV4bMszm9F41yXA)**"
        ),
    ]
    numbers = [int(re.findall(r"\d+", head)[0]) for head in heads]
    assert numbers == [1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 1, 2, 1]


def test_links_have_one_spelling_and_one_separator(lines: list[str]) -> None:
    ends = [line[line.index("[[") :] for line in lines if "[[" in line]
    assert len(ends) == 16
    assert ends[0] == (
        "[[paper](https://tatsu-lab.github.io/alpaca_farm_paper.pdf)]、"
        "[[code](https://github.com/tatsu-lab/alpaca_farm)]"
    )
    assert ends[4] == "[[paper](https://arxiv.org/pdf/2305.19835.pdf)]"
    assert ends[7] == (
        "[[paper](https://arxiv.org/abs/2305.14564)]、[[code](https://github.com/SimengSun/pearl)]"
    )


def test_blank_lines_are_one_between_blocks_and_three_between_sections(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    for gap in re.finditer(r"\n{2,}", text):
        below = text[gap.end() :]
        assert len(gap[0]) == (4 if re.match("## [^目]", below) else 2), below[:40]


def test_every_contents_link_leads_to_a_heading(lines: list[str]) -> None:
    text = "\n".join(lines)
    tokens = MarkdownIt("commonmark").parse(text)
    slugger = Slugger()
    anchors = [
        slugger.slug(inline.content)
        for token, inline in itertools.pairwise(tokens)
        if token.type == "heading_open"
    ]
    assert len(anchors) == 6
    assert re.findall(r"\]\(#(.*?)\)", text) == anchors[1:]


@pytest.mark.parametrize(
    "to_html",
    [MarkdownIt("commonmark").render, cmarkgfm.github_flavored_markdown_to_html],
    ids=["markdown-it", "cmark"],
)
def test_no_asterisk_shows(lines: list[str], to_html) -> None:
    before = to_html(SEED.read_text(encoding="utf-8"))
    after = to_html("\n".join(lines))
    assert (before.count("**"), after.count("**")) == (10, 0)


def test_the_seed_says_the_same_but_for_the_mended_bold(seed: Document) -> None:
    again = parse(render(canonical(seed)))
    assert [section.title for section in again.sections] == [one.title for one in seed.sections]
    changed = [
        (entry, other)
        for entry, other in zip(seed.entries, again.entries, strict=True)
        if entry != other
    ]
    assert [entry.line for entry, _ in changed] == [43, 85, 97, 119, 125]
    for entry, other in changed:
        assert entry.edit(summary="") == other.edit(summary="")
        assert entry.summary.replace("*", "") == other.summary.replace("*", "")


def test_depths_stay_relative_and_numbers_are_renewed() -> None:
    text = "### 七、A\n5、[T](u)\n5、[U](v)\n##### 九、B\n\n3、[V](w)\n"
    assert restyled(text) == (
        "## 一、A\n\n**1、[T](u)**\n\n**2、[U](v)**\n\n\n\n#### 二、B\n\n**1、[V](w)**\n"
    )


def test_contents_follow_the_sections_and_count_every_heading() -> None:
    text = "# Contents\n\n- [x](#x)\n\n# 一、A\n\n## A\n\n1、[T](u)\n\n## B-1\n\n# 二、B\n"
    assert restyled(text).split("\n")[:11] == [
        "## Contents",
        "",
        "[**一、A**](#一a)",
        "",
        "[**二、A**](#二a)",
        "",
        "[**三、B**](#三b)",
        "",
        "",
        "",
        "## 一、A",
    ]


def test_equal_titles_lead_to_their_own_sections() -> None:
    text = "# TOC\n\n## 一a\n\n# 一、A!\n\n# 二、A\n"
    assert re.findall(r"\(#(.*?)\)", restyled(text)) == ["一a-1", "二a"]


@pytest.mark.parametrize(
    ("title", "contents_line"),
    [
        ("A [b](c) d", "[**一、A b d**](#一a-b-d)"),
        ("A [b", r"[**一、A \[b**](#一a-b)"),
        ("A `b_c`", "[**一、A `b_c`**](#一a-b_c)"),
        ("A ![x](y)", "[**一、A **](#一a-)"),
    ],
)
def test_a_contents_line_is_a_link_whatever_the_title_holds(title: str, contents_line: str) -> None:
    assert contents_line in restyled(f"# 目录\n\n# 一、{title}\n\n# 二、B\n").split("\n")


def test_a_title_may_end_with_a_hash() -> None:
    text = restyled("# 一、C #\n\n# 二、Learn C # #\n")
    assert text == "## 一、C\n\n\n\n## 二、Learn C # ##\n"
    assert [section.title for section in parse(text).sections] == ["C", "Learn C #"]


def test_contents_of_one_section_get_a_heading() -> None:
    text = "[a](#a)\n[b](#b)\n\n# 一、A\n"
    assert restyled(text) == "## 目录\n\n[**一、A**](#一a)\n\n\n\n## 一、A\n"


def test_contents_without_sections_stay() -> None:
    assert restyled("[a](#a)\n[b](#b)\n") == "[a](#a)\n[b](#b)\n"


def test_the_document_has_one_kind_of_line_ending() -> None:
    text = "x\r\ny\nz\n\n# 一、A\r\n1、[T](u)\nw\nw[[paper](p)]"
    assert restyled(text) == (
        "x\r\ny\r\nz\r\n\r\n\r\n\r\n## 一、A\r\n\r\n**1、[T](u)**\r\n\r\nw\r\nw[[paper](p)]\r\n"
    )


def test_prose_is_mended_and_code_is_not() -> None:
    text = "字**「粗」**体\n\n```\n字**「粗」**体\n```\n"
    assert restyled(text) == "字「**粗**」体\n\n```\n字**「粗」**体\n```\n"


def test_new_nodes_are_written_in_the_house_style() -> None:
    entry = Entry(
        "H",
        "https://x/a b",
        "T",
        "一。\n\n二。",
        (Link("Paper", "p"), Link("数据", "d(1)")),
        Picture("a.png", 'x "y"'),
    )
    section = Section("组", nodes=(entry, Text("Note.")))
    document = Document((Text("Hi."), Contents("")), (section, Section("空")))
    assert render(canonical(document)) == (
        "Hi.\n\n[**一、组**](#一组)\n\n[**二、空**](#二空)\n\n\n\n## 一、组\n\n"
        "**1、[H](<https://x/a b>)**\n\n"
        '<p align="center"><img src="a.png" alt="x &quot;y&quot;" /></p>\n\n'
        "**T**\n\n一。\n\n二。[[paper](p)]、[[数据](d(1))]\n\nNote.\n\n\n\n## 二、空\n"
    )


def without_marks(text: str) -> str:
    """Return the text without what the repair of bold may move, add or drop."""
    return re.sub(r"[*\s]", "", text)


def spoken_by(node: Node) -> object:
    if isinstance(node, Entry):
        return node.edit(summary=without_marks(node.summary))
    return without_marks(node.source) if isinstance(node, Text) else type(node)


def content(document: Document) -> object:
    """Return what a document says, wherever its words stand."""
    return (
        [spoken_by(node) for node in document.preamble],
        [
            (section.title, [spoken_by(node) for node in section.nodes])
            for section in document.sections
        ],
    )


def assert_the_same_in_the_house_style(document: Document) -> None:
    text = render(canonical(document))
    again = parse(text)
    assert content(again) == content(document)
    assert render(canonical(again)) == text


@settings(max_examples=300)
@given(documents)
def test_a_list_of_nodes_says_the_same_in_the_house_style(document: Document) -> None:
    assert_the_same_in_the_house_style(document)


@settings(max_examples=1500)
@given(hostile)
@example("\ufeff\ufeffx")
@example("# A\n1、[T](u)\n**x**\n| a |")
@example("# A\n1、[T](u)\n<img src=a>\n**x**\ny")
@example("# 一、A\n\n1、[T](u)\n<b>\n```\n\n")
@example("# 一、A\n1、[T](u)\n<b>\n```\n\n1、[No](u)")
@example("# 一、A\n##### 1、[T](u)\n</pre>\n# 一、B")
@example("</pre>\n```\r\n```\n\n")
@example("# 目录\n\n# 一、A\n\n# 二、A\n\n# A\n")
def test_any_text_says_the_same_in_the_house_style(text: str) -> None:
    assert_the_same_in_the_house_style(parse(text))


def test_ordinals() -> None:
    numbers = [1, 10, 11, 20, 21, 99, 100, 105, 110, 115, 1000, 1001, 1010, 9999]
    assert [ordinal(number) for number in numbers] == [
        *["一", "十", "十一", "二十", "二十一", "九十九", "一百", "一百零五", "一百一十"],
        *["一百一十五", "一千", "一千零一", "一千零一十", "九千九百九十九"],
    ]
