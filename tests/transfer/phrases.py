"""Headlines, titles and summaries by chance: so alike in their making as those of a real list."""

import random
import re

Words = tuple[str, str, str, str, tuple[tuple[str, str], ...], str]

_WHO = ("斯坦福", "伯克利", "清华", "Meta", "谷歌", "复旦", "微软", "北大", "DeepMind", "港科大")
_WHAT = (
    *(
        "大模型微调",
        "长文档推理",
        "多任务预训练",
        "Prompt 优化",
        "工具调用",
        "文本生成",
        "代码生成",
    ),
    *("知识蒸馏", "幻觉检测", "指令对齐", "多模态理解", "检索增强", "模型量化", "对话评估"),
)
_GAIN = (
    *(
        "性能超 GPT-4！",
        "成本降低 {n} 倍！",
        "速度快 {n} 倍",
        "只需 {n}G 内存",
        "几行代码即可实现！",
    ),
    *("效果远胜同类", "（含源码）", "(开源)", "可快速适应下游任务", "准确率提升 {n}%"),
)
_HEADLINES = (
    "{who}发布{name}：{what}的新方法，{gain}",
    "{who}最新研究：{name}，让{what}更简单，{gain}",
    "{name}：一种高效的{what}方法，{gain}",
    "{what}该换了！{who}提出{name}，{gain}",
    "一个专用于{what}的框架{name}，{gain}",
    "{what}综述：{who}带你看{n}篇论文",
)
_SENTENCES = (
    "本文介绍了一种新的{what}框架{name}，与现有方法不同，它{gain}",
    "作者指出，{what}的难点在于数据，{who}为此收集了{n}万条样本。",
    "实验表明，{name}在{n}个基准上取得了最好的结果。",
    "**该技术简单有效，可适用于各种{what}任务**。",
    "针对这个问题，{who}提出了**{name}**，{gain}",
    "最后作者公布了模型和{what}的全部代码。",
)
_HOW = ("Efficient", "Scalable", "Modular", "Robust", "Deliberate", "Unified", "Adaptive", "Simple")
_THING = ("Finetuning", "Prompting", "Alignment", "Reasoning", "Retrieval", "Evaluation", "Pruning")
_OF = (
    "Large Language Models",
    "Text Generation",
    "Long Documents",
    "Few-Shot Learning",
    "Tool Use",
)
_TITLES = (
    "{name}: {how} {thing} of {of}",
    "{how} {thing} for {of}",
    "{name}: A {how} Framework for {thing} in {of}",
    "Is {thing} of {of} Really {how}?",
    "{how} {thing}: {name} Meets {of}",
)
_SYLLABLES = ("ba", "co", "di", "fu", "ga", "lo", "mi", "ne", "po", "ra", "so", "ti", "vu", "xa")
_SECTIONS = ("大语言模型（LLMs）{}", "{}进展", "{}与应用", "人工反馈{}", "{}周边")


def entry(chance: random.Random) -> Words:
    """Make headline, address, title, summary, links and picture; some entries lack some."""
    url = "" if chance.random() < 0.08 else address(chance)
    title = "" if chance.random() < 0.1 else _filled(chance, _TITLES)
    text = "" if chance.random() < 0.05 else summary(chance)
    picture = f"{_name(chance)}.png" if chance.random() < 0.2 else ""
    return headline(chance), url, title, text, _links(chance), picture


def headline(chance: random.Random) -> str:
    """Make a headline."""
    return _filled(chance, _HEADLINES)


def summary(chance: random.Random) -> str:
    """Make two to four sentences."""
    sentences = chance.sample(_SENTENCES, chance.randint(2, 4))
    return "".join(_filled(chance, (sentence,)) for sentence in sentences)


def address(chance: random.Random) -> str:
    """Make the address of a post."""
    return f"https://mp.weixin.qq.com/s/{chance.getrandbits(64):016x}"


def repository(chance: random.Random) -> str:
    """Make the address of some code."""
    return f"https://github.com/{_name(chance)}/{_name(chance)}"


def section(chance: random.Random) -> str:
    """Make a section's title."""
    return chance.choice(_SECTIONS).format(chance.choice(_WHAT))


def edited(chance: random.Random, text: str) -> str:
    """Change a few characters of a text."""
    place = chance.randint(0, len(text))
    act = chance.choice(("insert", "delete", "append", "replace"))
    if act == "append" or not text:
        return text + chance.choice(("（更新）", "（含数据）", "再看一次。"))
    if act == "insert":
        return f"{text[:place]}{chance.choice(('全新', '的', '，并且'))}{text[place:]}"
    if act == "delete" and len(text) > 8:
        kept = text[:place] + text[place + chance.randint(1, 3) :]
        return kept if kept.count("*") == text.count("*") else text + "。"
    return text.replace(chance.choice(_WHO), chance.choice(_WHO)) + "！"


def retyped(chance: random.Random, title: str) -> str:
    """Write a title as somebody else would type it."""
    return chance.choice(
        (
            title.upper(),
            title.lower(),
            title.replace(": ", " – "),
            title.replace("-", "‐").replace(" ", "  "),
            re.sub(r"[:?]", " ", title).strip(),
            title + ".",
        )
    )


def _links(chance: random.Random) -> tuple[tuple[str, str], ...]:
    number = f"{chance.randint(2001, 2312)}.{chance.randint(0, 99999):05}"
    kind = chance.choices(("abs", "pdf", "doi", "file", ""), (40, 35, 10, 5, 10))[0]
    papers = {
        "abs": f"https://arxiv.org/abs/{number}",
        "pdf": f"https://arxiv.org/pdf/{number}.pdf",
        "doi": f"https://doi.org/10.1145/{chance.randint(10**6, 10**7)}.{number[5:]}",
        "file": f"file:///C:/Users/Lenovo/Desktop/{number[5:]}.pdf",
    }
    links = [("paper", papers[kind])] if kind else []
    if chance.random() < 0.4:
        links.append(("code", repository(chance)))
    return tuple(links)


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize()


def _filled(chance: random.Random, templates: tuple[str, ...]) -> str:
    words = {
        "who": chance.choice(_WHO),
        "what": chance.choice(_WHAT),
        "name": _name(chance),
        "how": chance.choice(_HOW),
        "thing": chance.choice(_THING),
        "of": chance.choice(_OF),
        "n": chance.randint(2, 99),
    }
    words["gain"] = chance.choice(_GAIN).format(n=words["n"])
    return chance.choice(templates).format(**words)
