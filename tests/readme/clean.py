"""Lists without a flaw, made by chance, with their lines known by what stands in them."""

import random
from dataclasses import dataclass, field

from digest.readme import Slugger, ordinal

_LABS = ["斯坦福", "清华", "Meta", "谷歌DeepMind", "微软 & 麻省理工", "复旦", "Mila"]
_DEEDS = ["发布", "提出", "开源了", "重新审视"]
_GOALS = [
    "训练成本降低45倍！",
    "性能比GPT-4高10.5%",
    "只需一张显卡（含源码）",
    "适用于「长文档」推理？",
    "最高可达64k",
]
_NAMES = ["AlpacaFarm", "QLoRA", "Gorilla", "PEARL", "Goat", "FinGPT", "LongMem", "Sophia"]
_TOPICS = ["Alignment", "Long Context", "Few-Shot Learning (FSL)", "Arithmetic", "Large APIs"]
_SENTENCES = [
    "本文提出了一种**高效的微调方法**，可以在单卡（24GB）上完成训练。",
    "作者指出：几乎所有知识都在预训练期间学习，「**过程监督优于结果监督**」。",
    "This paper shows that *scaling* is (almost) all you need, e.g. in `f(x)` and [0, 1).",
    "公式为 $P(x|y)$，比例3:1，详见[主页](https://example.org/page?id=3#top)；欢迎 star⭐！",
    "实验表明，该模型在“零样本”设置下，性能提升10%（相对基线），1）更快；2）更省。",
    "**它在三个任务上最好**。",
    '他们把它称为 "pass@t"，并公开了数据（见《附录》）。',
]
_SECTIONS = ["大语言模型（LLMs）调优", "评估", "Agents & Tools", "检索增强：RAG", "多模态"]
_HEADS = ["**{}、[{}]({})**", "**{}**、[**{}**]({})", "{}. [{}]({})", "##### {}、[{}]({})"]
HOUSE_HEAD = _HEADS[0]


@dataclass
class Draft:
    """The lines of a list; the numbers of those that hold something count from 0."""

    lines: list[str] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    heads: list[list[int]] = field(default_factory=list)  # for each section
    titles: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    summaries: list[int] = field(default_factory=list)

    def add(self, line: str, index: list[int]) -> None:
        index.append(len(self.lines))
        self.lines += [line, ""]

    def text(self) -> str:
        return "\n".join(self.lines)


def clean(chance: random.Random, sections: int, entries: int, head: str = "") -> Draft:
    """Return a list of so many sections with so many entries each."""
    draft = Draft()
    title = chance.choice(["", "我的论文清单", "A reading list"])
    slugger = Slugger()
    if title:
        draft.lines += [f"# {title}", ""]
        slugger.slug(title)
    draft.lines += [chance.choice(_SENTENCES), ""]
    heading = chance.choice(["目录", "Contents"])
    draft.lines += [f"## {heading}", ""]
    slugger.slug(heading)
    names = [f"{ordinal(n)}、{chance.choice(_SECTIONS)}{n}" for n in range(1, sections + 1)]
    for name in names:
        draft.add(f"[**{name}**](#{slugger.slug(name)})", draft.contents)
    style = head or chance.choice(_HEADS)
    count = chance.randrange(10**6)
    for name in names:
        draft.add(f"## {name}", draft.headings)
        draft.heads.append([])
        for number in range(1, entries + 1):
            count += 1
            _add_entry(draft, chance, style, number, count)
    return draft


def _add_entry(draft: Draft, chance: random.Random, style: str, number: int, count: int) -> None:
    name = chance.choice(_NAMES)
    says = f"{chance.choice(_LABS)}{chance.choice(_DEEDS)}{name}-{count}，{chance.choice(_GOALS)}"
    wechat = f"https://mp.weixin.qq.com/s/{count:022}"
    if chance.random() < 0.3:
        wechat = f"https://mp.weixin.qq.com/s?__biz=MzU{count}==&mid={count}&idx=1&sn={count:032x}"
    draft.add(style.format(number, says, wechat), draft.heads[-1])
    if chance.random() < 0.3:
        image = f'<p align="center"><img src="assets/{count}.png" alt="{name}" height="50px" /></p>'
        draft.add(chance.choice([image, f"![{name}](assets/{count}.png)"]), draft.pictures)
    draft.add(f"**{name} {count}: {chance.choice(_TOPICS)}**", draft.titles)
    summary = "".join(chance.choices(_SENTENCES, k=chance.randint(1, 4)))
    paper = f"https://arxiv.org/pdf/{2000 + count // 100000}.{count % 100000:05}.pdf"
    code = f"https://github.com/lab/{name}-{count}"
    links = [f"[[paper]({paper})]", f"[[code]({code})]"][: chance.randint(1, 2)]
    draft.add(summary + chance.choice("、，").join(links), draft.summaries)
