"""Each rule: what it finds, what it leaves alone, and what its fix makes of it."""

import re
from pathlib import Path
from string import Formatter

import pytest

from digest.readme.rules import RULES, check, fix
from tests.readme.test_seed import SEED


def found(text: str, *codes: str) -> list[tuple[int, str]]:
    """Return line and code of what these rules find; of what all find if none is named."""
    return [(one.line, one.code) for one in check(text) if not codes or one.code in codes]


def fixed(text: str, code: str) -> str:
    return fix(text, rules=[RULES[code]])


LIST = "# 一、组\n\n**1、[T](https://u.org/1)**\n\n**P**\n\n摘要（一），好。[[paper](https://arxiv.org/abs/1)]\n"

# code, text with the defect in line 1 unless an entry is needed, and the text when it is mended.
MENDED = [
    ("anchor-dead", "[甲（A）](#甲（A）)\n\n# 甲（A）\n", "[甲（A）](#甲a)\n\n# 甲（A）\n"),
    ("anchor-dead", "[见上](#甲（A）)\n\n# 甲（A）\n", "[见上](#甲a)\n\n# 甲（A）\n"),
    ("anchor-dead", "[B](#x)\n\n## 2. B\n", "[B](#2-b)\n\n## 2. B\n"),
    (
        "anchor-wrong",
        "[A](#b)\n[B](#b)\n\n# A\n\n# B\n",
        "[A](#a)\n[B](#b)\n\n# A\n\n# B\n",
    ),
    ("bold-literal", "字**「粗」**体\n", "字「**粗**」体\n"),
    ("bold-literal", "> 中文__粗体__中文__「粗」__体\n", "> 中文**粗体**中文「**粗**」体\n"),
    ("italic-literal", "字*「斜」*体\n", "字「*斜*」体\n"),
    ("italic-literal", "字_（斜）_体\n", "字（*斜*）体\n"),
    ("heading-fe0f", "# ❤️ A\n", "# ❤ A\n"),
    ("ordinal-wrong", "## 二、A\n\n## 二、B\n\n## 三、C\n", "## 一、A\n\n## 二、B\n\n## 三、C\n"),
    ("ordinal-wrong", "## 第三章、A\n\n## 第二章、B\n", "## 第一章、A\n\n## 第二章、B\n"),
    ("ordinal-wrong", "**2. A**\n---\n\n## 2. B\n", "**1. A**\n---\n\n## 2. B\n"),
    ("bracket-width", "模型(LLM)与方法（一）\n", "模型（LLM）与方法（一）\n"),
    ("bracket-width", "新 (开源) 作 （好）\n", "新（开源）作 （好）\n"),
    ("bracket-width", "Latin （only) 与 （好）\n", "Latin (only) 与 （好）\n"),
    ("bracket-width", "中（$x$)与（好）\n", "中（$x$）与（好）\n"),
    ("punctuation-width", "公众号: [甲](u)，乙：丙\n", "公众号：[甲](u)，乙：丙\n"),
    ("punctuation-width", "一,二，三\n", "一，二，三\n"),
    (
        "link-tracking",
        "[a](https://a.org/?id=1&utm_source=x#top)\n",
        "[a](https://a.org/?id=1#top)\n",
    ),
    ("link-tracking", "[a](<https://a.org/?fbclid=x>)\n", "[a](<https://a.org/>)\n"),
    (
        "link-tracking",
        "[a](https://mp.weixin.qq.com/s?__biz=M==&mid=2&idx=1&sn=f&chksm=c&lang=zh_CN#rd)\n",
        "[a](https://mp.weixin.qq.com/s?__biz=M==&mid=2&idx=1&sn=f)\n",
    ),
    (
        "link-tracking",
        "[a](https://mp.weixin.qq.com/s/CIF2F5Vx-oQ?from=timeline)\n",
        "[a](https://mp.weixin.qq.com/s/CIF2F5Vx-oQ)\n",
    ),
    (
        "html-unportable",
        '<p align="left"><img src="a.png" alt="x" style="zoom:25%;" height="9" onload=f() /></p>\n',
        '<p align="left"><img src="a.png" alt="x" height="9" /></p>\n',
    ),
    ("space-trailing", "一行 \n", "一行\n"),
    ("space-trailing", "# 题  \n下文\n", "# 题\n下文\n"),
    ("space-trailing", "一段  \n\n \t\n二段", "一段\n\n\n二段"),
]


@pytest.mark.parametrize(("code", "broken", "mended"), MENDED)
def test_it_is_found_in_the_first_place_and_mended(code: str, broken: str, mended: str) -> None:
    assert found(broken, code)[0] == (1, code)
    assert fixed(broken, code) == mended
    assert found(mended, code) == []


ENTRIES = "# 一、组\n\n{}[a](u)\n\n{}[b](v)\n\n{}[c](w)\n\n{}[d](x)\n"


@pytest.mark.parametrize(
    ("code", "numbers", "lines", "after"),
    [
        ("number-gap", (1, 2, 4, 5), [7], (1, 2, 3, 4)),
        ("number-gap", (2, 3, 4, 5), [3], (1, 2, 3, 4)),
        ("number-gap", (1, 3, 3, 5), [5, 9], (1, 2, 3, 4)),
        ("number-repeat", (1, 2, 2, 3), [7], (1, 2, 3, 4)),
        ("number-repeat", (1, 2, 2, 4), [7], (1, 2, 3, 4)),
        ("number-repeat", (1, 2, 1, 2), [7], (1, 2, 3, 4)),
    ],
)
def test_numbers_that_do_not_count_on_are_found_once_and_renewed(
    code: str, numbers: tuple[int], lines: list[int], after: tuple[int]
) -> None:
    def text(numbers: tuple[int]) -> str:
        return ENTRIES.format(*(f"**{number}**、" for number in numbers))

    assert found(text(numbers), "number-gap", "number-repeat")[:1] == [(lines[0], code)]
    assert [line for line, _ in found(text(numbers), code)] == lines
    assert fixed(text(numbers), code) == text(after)


@pytest.mark.parametrize("heads", [("1. ",) * 4, ("4. ", "3. ", "2. ", "1. ")])
def test_lists_that_markdown_counts_or_that_count_down_are_left_alone(heads: tuple[str]) -> None:
    assert found(ENTRIES.format(*heads), "number-gap", "number-repeat") == []


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n1. <https://x.org>\n2. plain\n3. [a](u)\n4. [b](v)\n",
        "# A\n\n1. [a](u)\n2. plain\n3. [b](v)\n",
        "# A\n\n1. [a](u)\n\n[[paper](https://x.org/a.pdf)]\n\n另一组：\n\n1. [b](v)\n2. [c](w)\n",
    ],
)
def test_lists_that_hold_more_than_entries_are_left_alone(text: str) -> None:
    assert found(text, "number-gap", "number-repeat") == []


def test_numbers_may_go_on_in_the_next_section() -> None:
    text = "# A\n\n1、[a](u)\n\n2、[b](v)\n\n# B\n\n3、[c](w)\n\n4、[d](x)\n"
    assert found(text, "number-gap", "number-repeat") == []
    assert found(text.replace("3、", "4、"), "number-gap") == [(9, "number-gap")]


def test_a_missing_ordinal_is_put_in_as_its_neighbours_have_theirs() -> None:
    text = "## 第一章、A\n\n## **B**\n\n## 第三章、C\n\n1、[x](#b)\n"
    text = "[A](#a)\n\n[B](#b)\n\n[C](#c)\n\n" + text
    assert found(text, "ordinal-missing") == [(9, "ordinal-missing")]
    assert "## **第二章、B**" in fixed(text, "ordinal-missing")


def test_ordinals_count_through_or_by_level() -> None:
    through = "## 一、A\n\n### 二、B\n\n### 三、C\n\n## 四、D\n"
    by_level = "## 一、A\n\n### 1. B\n\n### 2. C\n\n## 二、D\n\n### 1. E\n"
    for text in (through, by_level):
        assert found(text, "ordinal-wrong", "ordinal-missing") == []
    assert found(by_level.replace("### 1. E", "### 3. E"), "ordinal-wrong") == [
        (9, "ordinal-wrong")
    ]


def test_years_are_no_ordinals() -> None:
    assert found("## 2023、A\n\n## 2022、B\n", "ordinal-wrong") == []


# code and text in which the first line has what only a person can mend.
FOR_A_PERSON = [
    ("anchor-dead", "[去](#nowhere)\n"),
    ("bold-literal", "半个**粗体\n"),
    ("heading-emoji", "# 🔥 A\n"),
    ("bracket-unbalanced", "少（一半\n"),
    ("bracket-unbalanced", "少一半」\n"),
    ("bracket-unbalanced", "[[paper](https://arxiv.org/abs/1)\n"),
    ("quote-unbalanced", '名为"某某的策略\n'),
    ("link-unsafe", "[a](file:///C:/x.pdf)\n"),
    ("link-unsafe", "[a](javascript:alert(1))\n"),
    ("link-unsafe", "[a](JavaScript&#58;alert(1))\n"),
    ("link-unsafe", "[a](C:\\Users\\x.pdf)\n"),
    ("link-unsafe", "[a](/home/me/x.pdf)\n"),
    ("link-unsafe", "<javascript:alert(1)>\n"),
    ("link-unsafe", "![a](file:///x.png)\n"),
    ("link-unsafe", '<a href="javascript:x()">a</a>\n'),
    ("link-unsafe", "[a]: file:///x\n"),
    ("link-empty", "[a]()\n"),
    ("link-empty", "[a](<>)\n"),
    ("link-code", "[[code](https://www.pokemon.com/us)]\n"),
    ("link-code", "[**代码**](https://arxiv.org/abs/1)\n"),
    ("link-paper", "[Paper](https://github.com/a/b)\n"),
    ("link-paper", "[论文](https://mp.weixin.qq.com/s/x)\n"),
    ("picture-alt", "![](a.png)\n"),
    ("picture-alt", "<img src=a.png alt=''>\n"),
    ("html-unportable", "<center>a</center>\n"),
]


@pytest.mark.parametrize(("code", "text"), FOR_A_PERSON)
def test_it_is_found_and_left_to_a_person(code: str, text: str) -> None:
    assert (1, code) in found(text)
    assert fix(text) == text


FINE = [
    "[上](#top) [下](#甲-1) [外](#x)\n\n# 甲\n\n# 甲\n\n<a id='x'></a>\n",
    "[a](#b-c)\n\n> ## B C\n",
    "字**粗**体，`**「x」**`，\\*\\*「x」\\*\\*，2 * 3 * 4，$a_1$、snake_case_name、变量_名_一\n",
    "> \\[!TIP] 见 \\[甲, 乙]\n",
    "1) 甲 2）乙，a) 丙；见 [0, 1) 与 (0, 1]，:-) 好\n",
    '5" 屏幕与"引"\n',
    "函数 f(x)，Deliberate then Generate (DTG)。与（好）\n",
    "[说明](u)、`f(甲)`、$P(甲)$（好）\n",
    "时间12:30，:fire: 甲:fire:，比例3:1，中![图](a.png)！？：；\n",
    "全用半角(好), 就不算混用: 是吧?\n",
    "[a](https://a.org/?id=1#frag) [b](https://mp.weixin.qq.com/s?src=3&signature=x)\n",
    "[code](https://gitlab.my.edu.cn/x) [code](https://a.github.io) [code](src/a.py)\n",
    "[paper](https://x.org/a.pdf?v=1) [pdf](https://openai.com/research/x) [论文](https://doi.org/1)\n",
    "![code](https://x.org/a.png)\n",
    "![图](a.png) <img src='a.png' alt='图'>\n",
    "```\n[x](#y) **「」** ( file: \n```\n",
    "一行  \n二行\\\n三行\n",
    "| a (甲 |\n|---|\n| **「b」**字 |\n",
    "<!-- [x](file:///y) ( -->\n",
    "# A\n\n## B\n\n### C\n\n# D\n",
]


@pytest.mark.parametrize("text", FINE)
def test_what_is_meant_so_is_left_alone(text: str) -> None:
    assert found(text) == []
    assert fix(text) == text


def test_a_heading_that_skips_a_level_is_found() -> None:
    assert found("# A\n\n### B\n\n#### C\n", "heading-skip") == [(3, "heading-skip")]
    assert found("# A\n\n##### 1、[T](u)\n", "heading-skip") == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("title-missing", "**P**\n\n", ""),
        ("summary-empty", "摘要（一），好。", ""),
        ("summary-long", "摘要（一），好。", "长" * 601),
        ("link-missing", "[[paper](https://arxiv.org/abs/1)]", ""),
    ],
)
def test_what_an_entry_lacks_is_found_at_its_head(code: str, old: str, new: str) -> None:
    assert found(LIST) == []
    assert found(LIST.replace(old, new)) == [(3, code)]


def entry(number: int, headline: str, url: str, title: str, paper: str) -> str:
    return f"{number}、[{headline}]({url})\n\n**{title}**\n\n摘要[[paper]({paper})]\n\n"


def test_the_same_paper_is_found_within_and_across_sections() -> None:
    one = entry(1, "甲", "https://u/1", "Some Paper", "https://arxiv.org/abs/2305.00001")
    two = entry(2, "乙", "https://u/2", "some paper", "https://arxiv.org/pdf/2305.00001v2")
    text = f"# 一、A\n\n{one}{two}# 二、B\n\n{two.replace('2、', '1、')}"
    assert found(text) == [(9, "paper-repeated"), (17, "paper-elsewhere")]


@pytest.mark.parametrize(
    ("url", "paper"),
    [
        ("https://u/1", "https://arxiv.org/abs/2305.00002"),
        ("https://u/2", "https://arxiv.org/pdf/2305.00001.pdf"),
        ("https://u/2", "https://x.org/a.pdf"),
        ("https://u/1?utm_source=x", "https://arxiv.org/abs/2305.00002"),
    ],
)
def test_one_address_under_two_titles_is_found(url: str, paper: str) -> None:
    first = "https://x.org/a.pdf" if "x.org" in paper else "https://arxiv.org/abs/2305.00001"
    text = f"# A\n\n{entry(1, '甲', 'https://u/1', 'P', first)}{entry(2, '乙', url, 'Q', paper)}"
    assert found(text, "address-shared") == [(9, "address-shared")]


def test_a_missing_file_is_found_where_the_folder_is_known(tmp_path: Path) -> None:
    (tmp_path / "有 图.png").touch()
    text = "![a](有%20图.png?raw=true)\n\n![b](no.png)\n\n![c](https://x.org/c.png)\n\n![d](a\0b)\n"
    assert found(text) == []
    lines = [(one.line, one.code) for one in check(text, folder=tmp_path)]
    assert lines == [(3, "picture-missing"), (7, "picture-missing")]


def test_a_list_that_github_cuts_is_found_where_it_cuts() -> None:
    line = "汉" * 99 + "\n\n"
    near, over = line * 1_600, line * 1_800
    assert found(line * 1_500) == []
    assert found(near) == [(3_200, "size-cut")]
    ((number, _),) = found(over)
    assert len("".join(over.splitlines(keepends=True)[:number]).encode()) >= 512_000
    assert len("".join(over.splitlines(keepends=True)[: number - 1]).encode()) <= 512_000


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_are_counted_as_people_do(newline: str) -> None:
    (finding,) = check(newline.join(["\ufeff一", "", "二[a](file:x)", ""]))
    assert (finding.line, finding.column) == (3, 6)


def test_a_comment_silences_a_rule_in_its_line() -> None:
    line = "少（一半 [a]() <!-- digest: ignore bracket-unbalanced -->"
    assert found(f"{line}\n\n少（一半\n") == [(1, "link-empty"), (3, "bracket-unbalanced")]
    assert found(line.replace("unbalanced -->", "unbalanced, link-empty -->")) == []


def test_a_comment_of_its_own_silences_what_follows() -> None:
    comment = "<!-- digest: ignore title-missing link-missing -->\n"
    text = "# A\n\n{}1、[a](u)\n\n摘要\n\n{}2、[b](v)\n\n摘要\n"
    findings = [(3, "link-missing"), (3, "title-missing"), (7, "link-missing")]
    assert found(text.format("", ""))[:3] == findings
    assert found(text.format(comment, "")) == [(8, "link-missing"), (8, "title-missing")]
    assert found(text.format(comment, f"\n{comment}\n")) == []


def test_what_is_silenced_is_not_mended() -> None:
    text = "<!-- digest: ignore bold-literal -->\n\n字**「粗」**体\n"
    assert fix(text) == text


def test_of_two_edits_in_each_others_way_both_are_made_in_turn() -> None:
    text = "字**「(粗)」**体（好） \n"
    assert fix(text) == "字「（**粗**）」体（好）\n"


def test_a_message_is_one_line_without_control_characters() -> None:
    (finding,) = check("[a](file:///\x1b[31mx)\n")
    assert finding.message() == "Readers cannot follow file:///\ufffd[31mx."


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_speaks_both_languages(rule) -> None:
    assert re.fullmatch(r"[a-z]+-[a-z0-9]+", rule.code)
    for words in (rule.why, rule.message):
        assert not re.search(HAN, words.en)
        assert re.search(HAN, words.zh)
        assert fields(words.en) == fields(words.zh)
        assert words.said("zh-hans") == words.zh
        assert words.said("en-gb") == words.en


HAN = r"[\u4e00-\u9fff]"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_rule_has_an_example_and_a_message_here() -> None:
    examples = {code for code, *_ in [*MENDED, *FOR_A_PERSON]}
    for code, *_ in MENDED:
        assert RULES[code].fixable
    assert {rule.code for rule in RULES.values() if rule.fixable} == {
        *(code for code, *_ in MENDED),
        *("number-gap", "number-repeat", "ordinal-missing"),
    }
    for code, text, *_ in [*MENDED, *FOR_A_PERSON]:
        for finding in check(text, rules=[RULES[code]]):
            assert "{" not in finding.message("zh")
            assert finding.message() != finding.message("zh")
    assert len(examples) > 15


def defects(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.severity.value, one.code) for one in check(text)]


def test_the_defects_of_the_seed_are_found_at_their_lines() -> None:
    text = SEED.read_bytes().decode()
    errors = [(line, code) for line, severity, code in defects(text) if severity == "error"]
    assert errors == [
        *((line, "anchor-dead") for line in (11, 13, 15, 17, 19)),
        *((line, "bold-literal") for line in (47, 47)),
        (53, "link-unsafe"),
        *((line, "bold-literal") for line in (89, 89, 101, 101, 123, 123, 129, 129)),
    ]
    assert (129, "warning", "link-code") in defects(text)
    widths = [line for line, _, code in defects(text) if code == "bracket-width"]
    assert widths == [19, 25, 25, 43, 71, 119, 129, 133, 135, 139]


def test_the_fix_of_the_seed_leaves_what_needs_a_person() -> None:
    mended = fix(SEED.read_bytes().decode())
    assert defects(mended) == [
        (53, "error", "link-unsafe"),
        (129, "warning", "bracket-unbalanced"),
        (129, "warning", "link-code"),
    ]
    assert fix(mended) == mended
