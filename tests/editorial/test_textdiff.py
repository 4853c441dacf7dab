"""Texts compared: by character where there are no words, by word elsewhere, and never for long."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from editorial.changes.textdiff import Budget, Kind, Run, matches, runs, tokens
from tests.readme.growth import assert_linear

SUMMARY = (
    "本文提出一种新的二阶优化器，在语言模型的预训练中，它只用一半的步数就达到同样的损失。"
    "作者用对角海森矩阵的估计来预处理梯度，并逐元素裁剪更新，以此控制最坏情况下的步长；"
    "这样做几乎不增加每一步的时间与内存。实验覆盖从一亿到十五亿参数的模型，结果显示训练时间、"
    "总计算量和墙钟时间都减半，而且模型越大，优势越明显。此外，文中还分析了为什么逐元素裁剪能够"
    "适应损失曲面上各处不同的曲率，并给出了收敛速度的理论界限，供后续研究参考。"
)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
# Few letters, so that texts share much; and any letters at all.
TEXTS = st.text("的一模型 ab，.\n1é") | st.text()


def shown(before: str, after: str) -> str:
    signs = {Kind.EQUAL: "{}", Kind.DELETE: "[-{}-]", Kind.INSERT: "{{+{}+}}"}
    return "".join(signs[run.kind].format(run.text) for run in runs(before, after))


def text_of(kind: Kind, made: tuple[Run, ...]) -> str:
    return "".join(run.text for run in made if run.kind in {Kind.EQUAL, kind})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("大模型GPT4", ["大", "模", "型", "GPT4"]),
        ("naïve Ελλάδα Привет", ["naïve", " ", "Ελλάδα", " ", "Привет"]),
        ("cafe\u0301 x", ["cafe\u0301", " ", "x"]),
        ("𠮷野か\u3099한국ｗ！", ["𠮷", "野", "か\u3099", "한", "국", "ｗ", "！"]),
        ("a  b\n\n\u3000。", ["a", "  ", "b", "\n", "\n", "\u3000", "。"]),
        ("$2.5x$“", ["$", "2", ".", "5x", "$", "“"]),
    ],
)
def test_characters_words_and_signs_are_told_apart(text: str, parts: list[str]) -> None:
    assert tokens(text) == parts


@pytest.mark.parametrize(
    "expected",
    [
        "训练大模型快[-2-]{+3+}倍",
        "一种新的{+二阶+}优化器",
        "The [-quick-]{+slow+} brown fox",
        "https://arxiv.org/abs/2305.[-14314-]{+14342+}",
        "只需要单个[-GPU-]{+显卡+}。",
        "第一段。{+\n+}第二段。",
        "[-减半-]{+加倍+}，供参考。{+代码已开源。+}",
        "{+本文提出新方法。\n\n+}本文给出证明。",
        "[-a-]{+b+} for {+large +}language[- models-]",
    ],
)
def test_a_small_change_shows_as_what_was_changed(expected: str) -> None:
    before = re.sub(r"\[-|-\]|\{\+.*?\+\}", "", expected, flags=re.DOTALL)
    after = re.sub(r"\{\+|\+\}|\[-.*?-\]", "", expected, flags=re.DOTALL)
    assert shown(before, after) == expected


def test_a_rewritten_sentence_is_read_as_a_whole() -> None:
    before, after = "模型取得了显著的提升。", "作者给出了完整的证明。"
    assert shown(before, after) == "[-模型取得了显著的提升-]{+作者给出了完整的证明+}。"


def test_lines_stay_apart() -> None:
    assert shown("one\ntwo", "six\nten") == "[-one-]{+six+}\n[-two-]{+ten+}"


def test_two_characters_of_a_long_summary_show_as_two_characters() -> None:
    assert 180 < len(SUMMARY) < 240
    after = SUMMARY.replace("减半", "大减")
    changed = [run for run in runs(SUMMARY, after) if run.kind is not Kind.EQUAL]
    assert text_of(Kind.DELETE, tuple(changed)) == "半"


@given(st.lists(HAN, min_size=200, max_size=200), st.data())
def test_any_two_characters_show_as_two_characters(characters: list[str], data) -> None:
    changed = list(characters)
    for place in data.draw(st.lists(st.integers(0, 199), min_size=2, max_size=2, unique=True)):
        changed[place] = "〇"
    made = runs("".join(characters), "".join(changed))
    assert len(text_of(Kind.DELETE, made)) == len(text_of(Kind.INSERT, made)) == 200
    assert sum(len(run.text) for run in made if run.kind is Kind.DELETE) <= 2
    assert sum(len(run.text) for run in made if run.kind is Kind.INSERT) <= 2


@given(TEXTS, HAN, HAN, TEXTS)
def test_one_character_shows_as_one_character(head: str, old: str, new: str, tail: str) -> None:
    tail = f"。{tail}"
    changed = [run for run in runs(head + old + tail, head + new + tail) if run.kind != "equal"]
    assert changed == ([] if old == new else [Run(Kind.DELETE, old), Run(Kind.INSERT, new)])


@given(TEXTS, TEXTS)
@example("a" * 30_000, "b " * 30_000)
@example("同\n" * 9_000 + "x", "y同\n" * 9_000)
def test_both_texts_can_be_read_from_the_runs(before: str, after: str) -> None:
    made = runs(before, after)
    assert text_of(Kind.DELETE, made) == before
    assert text_of(Kind.INSERT, made) == after
    assert all(run.text for run in made)
    assert all(left.kind is not right.kind for left, right in pairwise(made))


@given(TEXTS)
def test_the_same_text_is_one_run(text: str) -> None:
    assert runs(text, text) == ((Run(Kind.EQUAL, text),) if text else ())


def test_line_ends_that_came_or_went_can_be_seen() -> None:
    assert [run.visible for run in runs("a\nb", "a\n\nb")] == ["a\n", "↵\n", "b"]


def test_a_long_text_of_many_lines_is_compared_in_each_line() -> None:
    lines = [f"第{number}行：的的的的的的的的\n" for number in range(5_000)]
    changed = [*lines]
    changed[10] = changed[10].replace("第10行", "第10段")
    changed[4_000] = changed[4_000].replace("的的\n", "的得\n")
    made = runs("".join(lines), "".join(changed))
    assert [run.text for run in made if run.kind is Kind.DELETE] == ["行", "的"]
    assert [run.text for run in made if run.kind is Kind.INSERT] == ["段", "得"]


HOSTILE: dict[str, Callable[[int], tuple[str, str]]] = {
    "one letter": lambda n: ("a " * n, "b a " * n),
    "few characters": lambda n: ("的一是在" * n, "一的在是" * n),
    "every second word": lambda n: (
        " ".join(f"x{i} y{i}" for i in range(n)),
        " ".join(f"x{i} z{i}" for i in range(n)),
    ),
    "empty lines": lambda n: ("\n" * n, "a\n" * n),
    "islands": lambda n: ("甲乙丙，" * n, "丁戊己，" * n),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_comparing_grows_with_the_texts(kind: str) -> None:
    assert_linear(lambda size: runs(*HOSTILE[kind](size)), 4_000)


@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)), st.integers(0, 60))
def test_what_two_lists_share_is_in_both_in_order(
    before: list[int], after: list[int], steps: int
) -> None:
    """Also where the steps run out on the way."""
    i = j = 0
    for start, other, size in matches(before, after, Budget(steps)):
        assert start >= i
        assert other >= j
        assert before[start : start + size] == after[other : other + size]
        i, j = start + size, other + size
    assert i <= len(before)
    assert j <= len(after)
