"""Markdown to HTML: what the list needs is rendered, what could hurt a reader is not."""

import html
import re
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest import markup
from digest.markup import block, inline, is_linkable, plain, text_of
from digest.readme import parse

SEED = parse((Path(__file__).parents[2] / "fixtures" / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("entry", SEED.entries, ids=lambda entry: entry.title[:20])
def test_every_entry_of_the_real_list_renders_without_leftover_marks(entry) -> None:
    page = block(entry.summary) + inline(entry.headline) + inline(entry.title)
    assert "**" not in page
    assert "$" not in page
    assert page.count("<strong>") == entry.summary.count("**") // 2


def test_bold_beside_chinese_punctuation_is_bold() -> None:
    assert (
        block("指出了**「过程监督」**的结论") == "<p>指出了<strong>「过程监督」</strong>的结论</p>"
    )


def test_bold_with_its_marks_in_the_wrong_place_is_read_pair_by_pair() -> None:
    """The seed's Pokémon entry: its author meant other pairs than those that he wrote."""
    page = block("**框架」，**尤其将其用做LLMs**「在特定领域」**会是")
    assert page == (
        "<p><strong>框架」，</strong>尤其将其用做LLMs<strong>「在特定领域」</strong>会是</p>"
    )


# --- Math ----------------------------------------------------------------------------------------


def test_a_formula_becomes_mathml() -> None:
    page = block("（简称为：$MP^2$），")
    assert '<math display="inline">' in page
    assert "<msup><mi>P</mi><mn>2</mn></msup>" in page


def test_a_displayed_formula_is_a_block() -> None:
    assert '<math display="block">' in block("$$\\frac{a}{b}$$")


@pytest.mark.parametrize(
    "text", ["$5 to $10", "$ x$", "$x $", "price $x$5", "`$x$`", "\\$x$", "$", "$$", "a$"]
)
def test_a_dollar_sign_that_is_no_math_stays_one(text: str) -> None:
    page = block(text)
    assert "<math" not in page
    assert "$" in page


def test_marks_inside_a_formula_are_no_emphasis() -> None:
    page = block("$a_1*b*c_1$ and *this*")
    assert page.count("<em>") == 1
    assert page.count("<msub>") == 2


@pytest.mark.parametrize("tex", ["\\frac{", "\\left(", "{" * 200, "\\def\\a{\\a\\a}\\a", "x^" * 90])
def test_tex_that_cannot_be_read_is_shown_as_code(tex: str) -> None:
    assert "<code>" in block(f"a ${tex}$ b")


def test_an_address_with_dollar_signs_is_left_alone() -> None:
    page = block("[a](https://x.org/?a=$b&c=$d) <https://x.org/$y$>")
    assert 'href="https://x.org/?a=$b&amp;c=$d"' in page
    assert 'href="https://x.org/$y$"' in page


# --- What does not get through -------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<object data=x></object><embed src=x>",
    "<style>body{display:none}</style>",
    '<p style="position:fixed" class="masthead" id="main" onclick="alert(1)">x</p>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///C:/Users/Lenovo/Desktop/0526.pdf)",
    "<javascript:alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '[x](https://a.example "onmouseover=alert(1)")',
    "<form action=//evil><input name=password><button>x</button></form>",
    "<base href=//evil><meta http-equiv=refresh content=0><link rel=stylesheet href=//evil>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math href='javascript:alert(1)'><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\text{</math><script>alert(1)</script>}$",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
]
TAG = re.compile(r"<[^>]*>")
FORBIDDEN = re.compile(
    r"<\s*/?\s*(script|style|iframe|object|embed|img|svg|form|input|button|base|meta|link|video|source"
    r"|mglyph|annotation-xml|noscript)\b|\son\w+\s*=|(javascript|vbscript|data|file):|style=|class=|id=",
    re.IGNORECASE,
)


@pytest.mark.parametrize("convert", [block, inline])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_dangerous_reaches_a_page(convert, payload: str) -> None:
    for text in (payload, f"一{payload}二", f"**{payload}**", f"- {payload}\n\n> {payload}"):
        for tag in TAG.findall(convert(text)):
            # A title may say anything: it is text in quotation marks.
            assert not FORBIDDEN.search(re.sub(r'title="[^"]*"', "", tag)), tag


def test_a_link_keeps_its_text_when_its_address_goes() -> None:
    assert block("[论文](file:///C:/x.pdf)") == '<p><a rel="noopener">论文</a></p>'


def test_links_are_recommendations_but_get_no_handle_on_the_page() -> None:
    assert block("[a](https://x.org)") == '<p><a href="https://x.org" rel="noopener">a</a></p>'


def test_pictures_leave_nothing_behind() -> None:
    assert block('<p align="center"><img src="a.png"></p>') == ""
    assert block("[![build](badge.svg)](https://ci.example)") == ""


def test_headings_stand_below_those_of_the_page() -> None:
    page = block("# one\n\n### two\n\n<h1 onclick='x'>three</h1>")
    assert re.findall(r"<h\d>", page) == ["<h4>", "<h6>", "<h4>"]


def test_tables_and_fences_render() -> None:
    assert "<td>1</td>" in block("|a|b|\n|-|-|\n|1|2|")
    assert block("```\na < b\n```") == "<pre><code>a &lt; b\n</code></pre>"


def test_a_headline_is_one_line_whatever_it_begins_with() -> None:
    assert inline("# 1. **a**\n- [b](https://x.org)") == "# 1. <strong>a</strong> - b"


def test_plain_text_has_no_marks_left() -> None:
    assert plain("**「a」** [b](https://x.org) `c` &lt; $d^2$") == "「a」 b c < d2"
    assert text_of(block("a\n\n**b**")) == "a b"


@pytest.mark.parametrize("convert", [block, inline])
@example(text=" \t0")  # a tab counts to the fourth column, so this is code
@given(text=st.text(max_size=60) | st.text(alphabet="ab一 \t-+.)1234~:!{}()\"'=#>|/", max_size=20))
def test_the_short_way_for_plain_text_leads_where_the_long_one_does(convert, text: str) -> None:
    everything = re.compile("")
    with patch.multiple(markup, MARKS=everything, BLOCK_MARKS=everything):
        long = convert(text)
    short = convert(text)
    assert "".join(html.unescape(short).split()) == "".join(html.unescape(long).split())


@pytest.mark.parametrize("convert", [block, inline])
@given(text=st.text(alphabet="ab一 \n\t*_`[]()<>/!$&\\#-+=|~1.:\"'\x00\x02\x03", max_size=60))
def test_no_text_raises_or_leaves_what_xml_cannot_hold(convert, text: str) -> None:
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", convert(text))


HOSTILE = [
    "[",
    "](",
    "[a](",
    "![",
    ">",
    "> - ",
    "**",
    "*a **b ",
    "`",
    "<",
    "<a ",
    "<p\n",
    "<b>",
    "$a",
    "=\n",
]


@pytest.mark.parametrize(
    "piece", [*HOSTILE, "- \n", "```a\n", "    - a\n", "\\", "&", "|a|b\n", "<!--"]
)
def test_hostile_text_costs_seconds_at_most(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    start = time.perf_counter()
    assert block(text)
    assert inline(text)
    assert time.perf_counter() - start < 20  # 2 at the most on a quiet machine


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/1",
        "http://x.org",
        "mailto:a@x.org",
        "HTTPS://X.org",
        "https://中文.网",
    ],
)
def test_addresses_that_lead_somewhere_are_links(url: str) -> None:
    assert is_linkable(url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "file:///C:/Users/Lenovo/Desktop/0526.pdf",
            "javascript:alert(1)",
            "data:text/html,x",
        ),
        *(" javascript:alert(1)", "java\nscript:alert(1)", "//evil.example", "notes/a.md", "#a"),
        *("https://", "https:///x", "mailto:", "http://[", "ftp://x.org", "C:\\a.pdf", "www.x.org"),
    ],
)
def test_addresses_that_lead_nowhere_are_none(url: str) -> None:
    assert not is_linkable(url)
