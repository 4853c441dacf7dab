"""Hostile and list-like text for Hypothesis."""

from hypothesis import strategies as st

_SCRAPS = (
    [
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
        "\0",
    ]
    + [
        "\u2028",
        "\x0b",
        "\x0c",
        "\x85",
        "\u200b",
        "```",
        "~~~~",
        "```py\n",
        "<!--",
        "-->",
        "<pre>",
        "</pre>",
    ]
    + [
        "<div>",
        "<p align=center><img src='a.png' alt=x></p>",
        "![a](b.png)",
        "<details>",
        "<?",
        "<![CDATA[",
    ]
    + [
        "| a | b |\n|---|---|\n",
        "---",
        "===",
        "***",
        "> " * 100,
        "- ",
        "* ",
        "1. ",
        "1) ",
        "\\",
        "`",
        "$",
        "$$",
    ]
    + [
        "# ",
        "## ",
        "###### ",
        "####### ",
        "# 一、组",
        "## 二、另一组",
        "# 3. C",
        "### 目录",
        "# Contents",
        "[TOC]",
    ]
    + ["[**一、组**](#一组)", "[组](#组)", "- [B](#b)", "**1、[T](http://u)**", "**2**、[**T**](u)"]
    + [
        "[**3、T**](u)",
        "##### 4. [T](u)",
        "5)[T](<u v>)",
        "**Title**",
        "**「粗」**体",
        "摘要。",
        "words",
        "😀",
        "é",
    ]
    + [
        "[[paper](http://p)]",
        "，[[Code](c)]",
        "、",
        "[[a](b(c)d)]",
        "[",
        "]",
        "](",
        "(",
        ")",
        "*",
        "_",
        "**",
        "1、",
    ]
)

hostile = st.lists(st.one_of(st.sampled_from(_SCRAPS), st.text(max_size=6)), max_size=40).map(
    "".join
)

_word = st.text(
    alphabet=st.sampled_from(list("abcXYZ0189 中文模型评估微调，。！（）「」-:+'\"é")),
    min_size=1,
    max_size=20,
).map(str.strip)
words = _word.filter(lambda text: bool(text) and text[0] not in "-+0189'\"" and text[-1] != "。")
addresses = st.from_regex(r"https://[a-z]{1,8}\.org/[a-z0-9/?=&.#_-]{0,20}", fullmatch=True)
