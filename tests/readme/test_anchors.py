"""The anchors that GitHub gives headings, as measured on github.com."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readme import Slugger, parse, section_anchors
from tests.readme.strategies import hostile

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"


def slugs(*headings: str) -> list[str]:
    slugger = Slugger()
    return [slugger.slug(heading) for heading in headings]


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        # 1. The rendered text: marks dropped, their text kept; images and tags give nothing.
        ("一、人工反馈强化学习（RLHF）", "一人工反馈强化学习rlhf"),
        ("**Bold** and *italic* and __both__", "bold-and-italic-and-both"),
        ("_italic_ but snake_case", "italic-but-snake_case"),
        ("__init__.py", "initpy"),
        ("a_b_ _c", "a_b_-_c"),
        ("`code_span` and ``a ` b``", "code_span-and-a--b"),
        ("`_raw_` _em_", "_raw_-em"),
        ("[link_text](http://a_b.c) end", "link_text-end"),
        ("[a [b] c](u) and [d](<x y> 'z')", "a-b-c-and-d"),
        ("[_em_ `x_`](u)", "em-x_"),
        ("![alt](src.png) picture", "-picture"),
        ("[![alt](src)](href) badge", "-badge"),
        ("a <b>tag</b> <!-- note --> c", "a-tag--c"),
        ("<https://example.org/a_b>", "httpsexampleorga_b"),
        ("R&amp;D &#65; &lt;x&gt; &nosuch;", "rd-a-x-nosuch"),
        ("&nbsp;x", "x"),
        (":smile: smile", "smile-smile"),
        (r"\*not em\* \_x\_", "not-em-_x_"),
        ("2 * 3 * 4", "2--3--4"),
        (" ends  stay ", "-ends--stay-"),
        # 2. Lower case in all of Unicode.
        ("ＡＢＣ ПРИВЕТ ÀÉ", "ａｂｃ-привет-àé"),
        # 3. What is kept, and what goes without a dash in its place.
        ("a、b，c。d：e（f）g「h」i", "abcdefghi"),
        ("C++ & C#: 100%!", "c--c-100"),
        ("rocket 🚀 launch", "rocket--launch"),
        ("one ① two ² three", "one--two--three"),
        ("Ⅷ ⅳ", "ⅷ-ⅳ"),
        ("a\u3000b\u00a0c", "abc"),
        ("heart ❤\ufe0f key 1\ufe0f\u20e3", "heart-\ufe0f-key-1\ufe0f\u20e3"),
        ("Ⓐ 🄰 🅐 🅰", "ⓐ-🄰-🅐-🅰"),
        ("under_score ‿ tie", "under_score-‿-tie"),
        ("हिन्दी", "हिन्दी"),
        # 4. Each space is a dash.
        ("a  b - c", "a--b---c"),
    ],
)
def test_one_heading(heading: str, slug: str) -> None:
    assert slugs(heading) == [slug]


def test_a_slug_that_is_taken_gets_a_number_until_it_is_free() -> None:
    assert slugs("foxtrot-1", "foxtrot", "foxtrot") == ["foxtrot-1", "foxtrot", "foxtrot-2"]
    assert slugs("echo", "echo", "echo 1", "echo-1", "echo") == [
        "echo",
        "echo-1",
        "echo-1-1",
        "echo-1-2",
        "echo-2",
    ]


def test_headings_without_a_letter_are_told_apart_too() -> None:
    assert slugs("！", "？", "") == ["", "-1", "-2"]


def test_the_seeds_headings_as_they_stand() -> None:
    document = parse(SEED.read_text(encoding="utf-8"))
    assert section_anchors(document) == [
        "人工反馈强化学习rlhf",
        "二大语言模型llms调优",
        "三大语言模型llms应用",
        "大语言模型llms评估",
        "五大模型llms周边",
    ]
    contents = document.preamble[1].source
    dead = set(re.findall(r"\(#(.*)\)", contents)) - set(section_anchors(document))
    assert len(dead) == 5, "the author's own links: none resolves"


def test_anchors_of_sections_count_every_heading_above() -> None:
    text = (
        "# A\n\nA\n===\n\n```\n# A\n```\n\n# 一、A\n\n##### 1、[x](u)\n\n##### 2、[y](u)\n\n"
        "## 1x\n\n# 一A\n\n1、[z](u)\n"
    )
    document = parse(text)
    assert [section.title for section in document.sections] == ["A", "一A"]
    assert section_anchors(document) == ["一a", "一a-1"]


def test_the_anchor_of_a_section_without_source_is_that_of_its_place() -> None:
    document = parse("# 五、A\n\n# 九、A\n")
    first, second = document.sections
    assert section_anchors(document) == ["五a", "九a"]
    changed = replace(document, sections=(first, replace(second, source="")))
    assert section_anchors(changed) == ["五a", "二a"]


@given(st.lists(st.one_of(st.sampled_from(["a", "a-1", "a 1", "A", "一、", "", "-1"]), hostile)))
def test_the_slugs_of_one_document_are_unique(headings: list[str]) -> None:
    found = slugs(*headings)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "heading",
    [lambda _: "same", lambda number: ["x", "x-1", "x-1-1"][number % 3]],
    ids=["equal", "alike"],
)
def test_many_equal_headings_take_linear_time(heading: Callable[[int], str]) -> None:
    def seconds(count: int) -> float:
        slugger, start = Slugger(), time.process_time()
        for number in range(count):
            slugger.slug(heading(number))
        return time.process_time() - start

    assert seconds(100_000) < 40 * max(seconds(10_000), 0.01)
