"""Hostile and list-like text for Hypothesis, and lists made of nodes."""

from hypothesis import strategies as st

from digest.readme import Document, Entry, Link, Picture, Section, Text

_SPACES = [
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\r\n\r\n",
    "\n\n\n\n",
    " ",
    "\t",
    "    ",
    "\u3000",
    "\ufeff",
]
_CONTROLS = ["\0", "\u2028", "\x0b", "\x0c", "\x85", "\u200b", "\\", "`", "$", "$$"]
_FENCES = ["```", "~~~~", "```py", "- ```", "  ```", "1. ~~~"]
_HTML = ["<!--", "-->", "<pre>", "</pre>", "<div>", "<details>", "<?", "<![CDATA[", "<b>", "<img>"]
_PICTURES = ["<p align=center><img src='a.png' alt=x></p>", "![a](b.png)", '<img src="c.png">']
_BLOCKS = [
    "| a | b |\n|---|---|",
    "---",
    "===",
    "***",
    "> " * 100,
    "- ",
    "* ",
    "1. ",
    "1) ",
    "-",
    "*",
]
_HEADINGS = [
    "# ",
    "## ",
    "###### ",
    "####### ",
    "# 一、组",
    "## 二、另一组",
    "# 3. C",
    "# 组",
    "C\n===",
]
_CONTENTS = ["### 目录", "# Contents", "[TOC]", "[**一、组**](#一组)", "[组](#组)", "- [B](#b)"]
_HEADS = [
    "**1、[T](http://u)**",
    "**2**、[**T**](u)",
    "[**3、T**](u)",
    "##### 4. [T](u)",
    "5)[T](<u v>)",
]
_WORDS = [
    "**Title**",
    "**「粗」**体",
    "字**「粗」**体",
    "摘要。",
    "words",
    "😀",
    "é",
    "1、",
    "    indented",
]
_LINKS = ["[[paper](http://p)]", "，[[Code](c)]", "、", "[[a](b(c)d)]", "[x]: /y", "w[[paper](p)]"]
_MARKS = ["[", "]", "](", "(", ")", "*", "_", "**", "#"]
_LINES = [
    *(_FENCES + _HTML + _PICTURES + _BLOCKS + _HEADINGS),
    *(_CONTENTS + _HEADS * 4 + _WORDS * 2 + _LINKS * 2),
]
_SCRAPS = _SPACES + _CONTROLS + _MARKS + _LINES

_scraps = st.lists(st.one_of(st.sampled_from(_SCRAPS), st.text(max_size=6)), max_size=40)
_lines = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from(_LINES),
            st.lists(st.sampled_from(_WORDS + _LINKS + _MARKS), max_size=4).map("".join),
        ),
        st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n"]),
    ).map("".join),
    max_size=14,
).map("".join)

hostile_lists = st.tuples(
    st.sampled_from(["", "[**一、组**](#x)\n[**二、B**](#y)\n\n"]),
    st.sampled_from(["# 一、组\n", "# 一、组\n\n", "组\n--\n"]),
    st.sampled_from(["1、[T](u)\n", "**1、[T](u)**\n\n"]),
    _lines,
).map("".join)
hostile = st.one_of(_scraps.map("".join), _lines, hostile_lists)

_letters = list("abcXYZ中文模型评估微调「é😀")
_rest = st.text(st.sampled_from([*_letters, *" 0189，。！（）」-:+'\""]), max_size=20)
words = st.tuples(st.sampled_from(_letters), _rest).map("".join).map(str.strip)
bold = st.builds("{}**{}**{}".format, words, words, words)
addresses = st.from_regex(r"https://[a-z]{1,8}\.org/[a-z0-9/?=&.#_-]{0,20}", fullmatch=True)
labels = st.one_of(st.sampled_from(["paper", "code", "project", "数据"]), st.sampled_from(_letters))
links = st.builds(Link, labels, addresses)
pictures = st.builds(Picture, addresses, words)
summaries = st.lists(st.one_of(words, bold), max_size=3).map("\n".join)
entries = st.builds(
    Entry,
    headline=words,
    url=addresses,
    title=st.one_of(st.just(""), words),
    summary=summaries,
    links=st.lists(links, max_size=3).map(tuple),
    picture=st.one_of(st.none(), pictures),
)
notes = st.sampled_from(
    ["> a note", "- one\n- two", "```\n1、[No](n)\n```", "| a |\n|---|", "<!-- x -->"]
)
sections = st.builds(
    lambda title, intro, below: Section(title, 2, (*map(Text, intro), *below)),
    words,
    st.lists(notes, max_size=1),
    st.lists(entries, max_size=4),
)
documents = st.builds(
    lambda intro, below, newline: Document(tuple(map(Text, intro)), tuple(below), newline=newline),
    st.lists(notes, max_size=1),
    st.lists(sections, max_size=3),
    st.sampled_from(["\n", "\r\n"]),
)

_link_separators = ["，", "、", "", ", "]
_head_styles = [
    "**{}、[{}]({})**",
    "**{}**、[**{}**]({})",
    "{}. [{}]({})",
    "[**{}、{}**]({})",
    "##### {}) [{}]({})",
]


@st.composite
def lists(draw: st.DrawFn) -> str:
    """Draw the text of a list as people write them: loose or tight, numbered right or wrong."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    parts = [draw(st.sampled_from(["", "Introduction.", "前言。"]))]
    for title in draw(st.lists(words, min_size=1, max_size=3)):
        parts.append(draw(st.sampled_from(["# 一、{}", "## {}", "{}\n---"])).format(title))
        for place, entry in enumerate(draw(st.lists(entries, min_size=1, max_size=4)), 1):
            number = draw(st.sampled_from([place, place, 1, 2, 7]))
            headline = f"{entry.headline} {len(parts)}"  # no two are equal
            head = draw(st.sampled_from(_head_styles)).format(number, headline, entry.url)
            separator = draw(st.sampled_from(_link_separators))
            ends = separator.join(f"[[{link.label}]({link.url})]" for link in entry.links)
            blocks = [head, f"**{entry.title}**" if entry.title else "", entry.summary + ends]
            parts += [draw(st.sampled_from(["\n", "\n\n"])).join(filter(None, blocks))]
            parts += draw(st.lists(notes, max_size=1))
    gaps = st.sampled_from(["\n\n", "\n\n", "\n", "\n\n\n\n"])
    text = "".join(part + draw(gaps) for part in parts if part)
    return text.replace("\n", newline)
