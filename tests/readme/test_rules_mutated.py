"""Clean lists give no finding; of a thousand seeded defects of each kind every one is found."""

import random
import re
from collections.abc import Callable

import pytest

from digest.readme import canonical, parse, render
from digest.readme.rules import RULES, check
from tests.readme.clean import HOUSE_HEAD, Draft, clean

TIMES = 1_000

# Puts one defect into a list, and returns the index of the line where it is.
Seed = Callable[[Draft, random.Random], int]
SEEDS: dict[str, Seed] = {}


def seeds(code: str) -> Callable[[Seed], Seed]:
    def kept(seed: Seed) -> Seed:
        SEEDS[code] = seed
        return seed

    return kept


def replaced(draft: Draft, index: int, old: str, new: str) -> int:
    assert re.search(old, draft.lines[index])
    draft.lines[index] = re.sub(old, lambda _: new, draft.lines[index], count=1)
    return index


def put_into(draft: Draft, chance: random.Random, scraps: list[str]) -> int:
    """Put a scrap at the beginning of a summary."""
    index = chance.choice(draft.summaries)
    draft.lines[index] = chance.choice(scraps) + draft.lines[index]
    return index


def put_alone(draft: Draft, chance: random.Random, scraps: list[str]) -> int:
    """Make a summary of a scrap, for in other text it might find a partner."""
    return replaced(
        draft, chance.choice(draft.summaries), r".*(?=\[\[paper)", chance.choice(scraps)
    )


def any_head(draft: Draft, chance: random.Random) -> int:
    return chance.choice([head for heads in draft.heads for head in heads])


def entry_lines(draft: Draft, head: int) -> tuple[int, int]:
    """Return the title and the summary of the entry at ``head``."""
    return (
        next(index for index in draft.titles if index > head),
        next(index for index in draft.summaries if index > head),
    )


@seeds("anchor-dead")
def dead_anchor(draft: Draft, chance: random.Random) -> int:
    index = chance.choice(draft.contents)
    new = chance.choice(["(#不存在)", "(#一、)", "(#X)", "(#Agents--Tools)"])
    return replaced(draft, index, r"\(#.*\)", new)


@seeds("anchor-wrong")
def wrong_anchor(draft: Draft, chance: random.Random) -> int:
    one, other = chance.sample(draft.contents, 2)
    target = re.search(r"\(#.*\)", draft.lines[other])
    assert target
    return replaced(draft, one, r"\(#.*\)", target[0])


@seeds("bold-literal")
def literal_bold(draft: Draft, chance: random.Random) -> int:
    scraps = ["足以**「微调」**大模型。", "**框架」，**尤其。", "字**（粗）**体。", "半个**粗体。"]
    return put_alone(draft, chance, scraps)


@seeds("italic-literal")
def literal_italic(draft: Draft, chance: random.Random) -> int:
    return put_into(draft, chance, ["字*「斜」*体。", "字_（斜）_体。", "字*斜。*体。"])


@seeds("number-gap")
def gap(draft: Draft, chance: random.Random) -> int:
    heads = chance.choice(draft.heads)
    place = chance.randrange(1, len(heads))
    return replaced(draft, heads[place], r"\d+", str(place + chance.randint(2, 90)))


@seeds("number-repeat")
def repeat(draft: Draft, chance: random.Random) -> int:
    heads = chance.choice(draft.heads)
    place = chance.randrange(1, len(heads))
    return replaced(draft, heads[place], r"\d+", str(chance.randint(0, place)))


@seeds("ordinal-missing")
def without_ordinal(draft: Draft, chance: random.Random) -> int:
    return replaced(draft, chance.choice(draft.headings), "## .、", "## ")


@seeds("ordinal-wrong")
def other_ordinal(draft: Draft, chance: random.Random) -> int:
    return replaced(
        draft, chance.choice(draft.headings), "## .、", f"## {chance.choice('五七十')}、"
    )


@seeds("heading-skip")
def skip(draft: Draft, chance: random.Random) -> int:
    return replaced(draft, chance.choice(draft.headings), "##", "#" * chance.randint(4, 6))


@seeds("heading-emoji")
def emoji(draft: Draft, chance: random.Random) -> int:
    index = chance.choice(draft.headings)
    draft.lines[index] += chance.choice("🔥⭐🚀✨🤖❤☀")
    return index


@seeds("heading-fe0f")
def selector(draft: Draft, chance: random.Random) -> int:
    return replaced(draft, chance.choice(draft.headings), "、", chance.choice(["、⭐️", "、\ufe0f"]))


@seeds("bracket-unbalanced")
def lone_bracket(draft: Draft, chance: random.Random) -> int:
    return put_alone(draft, chance, [f"文字{sign}文字。" for sign in "（）()[]「」『』《》【】“”"])


@seeds("quote-unbalanced")
def lone_quote(draft: Draft, chance: random.Random) -> int:
    return put_into(draft, chance, ['名为"某某的策略。', '"引文。'])


@seeds("bracket-width")
def narrow_brackets(draft: Draft, chance: random.Random) -> int:
    draft.lines += ["全文也用（全角）括号。", ""]
    return put_into(draft, chance, ["模型(LLM)与", "LLM (大模型) is ", "模型（LLM)与", "a (b）c "])


@seeds("punctuation-width")
def narrow_marks(draft: Draft, chance: random.Random) -> int:
    draft.lines += ["全文也用全角：，；！？", ""]
    return put_into(draft, chance, [f"文字{mark}文字。" for mark in [*",:;!?", ", ", ": "]])


@seeds("link-unsafe")
def unsafe(draft: Draft, chance: random.Random) -> int:
    bad = ["file:///C:/Users/a.pdf", "javascript:alert(1)", "D:\\a.pdf", "/home/a/b.pdf", "data:x"]
    index = chance.choice([*draft.summaries, any_head(draft, chance)])
    return replaced(draft, index, r"(?<=\]\()https[^)]*(?=\))", chance.choice(bad))


@seeds("link-empty")
def empty(draft: Draft, chance: random.Random) -> int:
    index = chance.choice([*draft.summaries, any_head(draft, chance)])
    return replaced(draft, index, r"\(https[^)]*\)", chance.choice(["()", "( )", "(<>)"]))


@seeds("link-missing")
def no_links(draft: Draft, chance: random.Random) -> int:
    head = any_head(draft, chance)
    replaced(draft, entry_lines(draft, head)[1], r"\[\[paper.*", "")
    return head


@seeds("link-tracking")
def tracking(draft: Draft, chance: random.Random) -> int:
    head = any_head(draft, chance)
    url = f"https://example.org/{head}?{chance.choice(['utm_source=a', 'id=1&fbclid=2', 'spm=1'])}"
    wechat = f"https://mp.weixin.qq.com/s?__biz=M&mid={head}&idx=1&sn=2&chksm=c&scene=21#rd"
    return replaced(draft, head, r"https[^)]*", chance.choice([url, wechat]))


@seeds("link-code")
def no_code(draft: Draft, chance: random.Random) -> int:
    url = chance.choice(["https://www.pokemon.com/us", "https://arxiv.org/abs/1", "https://t.cn/x"])
    return put_into(draft, chance, [f"[{name}]({url})" for name in ["code", "Code", "代码"]])


@seeds("link-paper")
def no_paper(draft: Draft, chance: random.Random) -> int:
    url = chance.choice(["https://www.pokemon.com/us", "https://github.com/a/b"])
    return put_into(draft, chance, [f"[{name}]({url})" for name in ["paper", "Paper", "论文"]])


def copied_title(draft: Draft, first: int, second: int) -> int:
    draft.lines[entry_lines(draft, second)[0]] = draft.lines[entry_lines(draft, first)[0]].upper()
    return second


@seeds("paper-repeated")
def twice(draft: Draft, chance: random.Random) -> int:
    return copied_title(draft, *sorted(chance.sample(chance.choice(draft.heads), 2)))


@seeds("paper-elsewhere")
def elsewhere(draft: Draft, chance: random.Random) -> int:
    first, second = sorted(chance.sample(range(len(draft.heads)), 2))
    heads = draft.heads
    return copied_title(draft, chance.choice(heads[first]), chance.choice(heads[second]))


@seeds("address-shared")
def shared(draft: Draft, chance: random.Random) -> int:
    first, second = sorted(chance.sample([head for heads in draft.heads for head in heads], 2))
    lines = [first, second]
    if chance.random() < 0.5:
        lines = [entry_lines(draft, head)[1] for head in lines]
    pattern = r"https://(?:mp\.|arxiv)[^)]*"
    url = re.search(pattern, draft.lines[lines[0]])
    assert url
    replaced(draft, lines[1], pattern, url[0])
    return second


@seeds("title-missing")
def no_title(draft: Draft, chance: random.Random) -> int:
    head = any_head(draft, chance)
    draft.lines[entry_lines(draft, head)[0]] = ""
    return head


@seeds("summary-empty")
def no_summary(draft: Draft, chance: random.Random) -> int:
    head = any_head(draft, chance)
    replaced(draft, entry_lines(draft, head)[1], r".*(?=\[\[paper)", "")
    return head


@seeds("summary-long")
def long_summary(draft: Draft, chance: random.Random) -> int:
    head = any_head(draft, chance)
    index = entry_lines(draft, head)[1]
    draft.lines[index] = (
        chance.choice(["很长的摘要。" * 100, "A long text. " * 100]) + draft.lines[index]
    )
    return head


@seeds("picture-alt")
def no_alt(draft: Draft, chance: random.Random) -> int:
    pictures = ["![](a.png)", '<img src="a.png">', '<p><img alt="" src="a.png"></p>']
    draft.lines += [chance.choice(pictures)]
    return len(draft.lines) - 1


@seeds("picture-missing")
def no_file(draft: Draft, chance: random.Random) -> int:
    pictures = ["![a](no.png)", '<img src="./no.png" alt="a">', "![a](no/%E5%9B%BE.png?raw=true)"]
    draft.lines += [chance.choice(pictures)]
    return len(draft.lines) - 1


@seeds("html-unportable")
def unportable(draft: Draft, chance: random.Random) -> int:
    tags = [
        '<img src="a.png" alt="a" style="zoom:25%">',
        "<center>a</center>",
        '<p class="a">b</p>',
    ]
    draft.lines += [chance.choice(tags)]
    return len(draft.lines) - 1


@seeds("space-trailing")
def trailing(draft: Draft, chance: random.Random) -> int:
    lines = [index for index in range(len(draft.lines)) if index not in draft.pictures]
    index = chance.choice(lines)
    draft.lines[index] += chance.choice([" ", "\t", "   ", " \t"])
    return index


@pytest.mark.parametrize("code", sorted(RULES.keys() - {"size-cut"}))
def test_every_seeded_defect_is_found(code: str, tmp_path) -> None:
    chance = random.Random(code)
    missed = []
    for _ in range(TIMES):
        draft = clean(chance, 3, 2, HOUSE_HEAD)
        line = SEEDS[code](draft, chance) + 1
        folder = tmp_path if code == "picture-missing" else None
        findings = check(draft.text(), folder=folder, rules=[RULES[code]])
        if line not in [finding.line for finding in findings]:
            missed.append(draft.lines[line - 1])
    assert missed == []


def test_ten_thousand_clean_entries_give_no_finding() -> None:
    chance = random.Random(6)
    for _ in range(20):
        text = clean(chance, 5, 100).text()
        assert [(one.line, one.message()) for one in check(text)] == []


def test_clean_lists_stay_clean_in_the_house_style() -> None:
    chance = random.Random(7)
    for _ in range(5):
        text = render(canonical(parse(clean(chance, 5, 100).text())))
        assert [(one.line, one.message()) for one in check(text)] == []
