"""What a reader sees of inline Markdown, held against GitHub's own parser."""

import html

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from digest.readme.anchors import rendered
from tests.readme.growth import assert_linear
from tests.readme.oracles import cmark_headings, markdown_it_headings, plain, to_html

_SCRAPS = (
    *(
        [
            "*",
            "**",
            "***",
            "_",
            "__",
            "`",
            "``",
            "[",
            "]",
            "](u)",
            "(",
            ")",
            "![",
            "<b>",
            "</b>",
            "<http://x_y>",
            "&amp;",
            "&#65;",
        ]
    ),
    *(
        [
            "&nosuch;",
            "\\",
            "\\*",
            "<",
            ">",
            "!",
            "a",
            "b_c",
            "中",
            "文",
            "，",
            "「",
            "」",
            "（",
            "）",
            "。",
            ".",
        ]
    ),
    *('](u "t")', '<a b="c">', "](<u v>)", "<!-- c -->", " "),
)
inline = st.lists(st.sampled_from(_SCRAPS), min_size=1, max_size=14).map("".join)


@settings(max_examples=2000)
@given(inline)
@example("**a*")
@example("*a**b*")
@example("*foo**bar**baz*")
@example("**foo*bar**baz*")
@example("__foo_bar__")
@example("[a *b](u) c*")
@example("`` ` ``")
@example("![a [b](c) *d*](e)*f*")
def test_it_is_what_github_shows(markdown: str) -> None:
    heading = f"# x{markdown}x\n"
    shown = markdown_it_headings(heading)
    assume(shown == cmark_headings(heading))  # they count brackets in addresses differently
    assert [(1, rendered(f"x{markdown}x"))] == shown


def test_symbols_count_as_punctuation_only_where_all_versions_agree() -> None:
    """CommonMark 0.31 does not open bold here and 0.29, GitHub's, does: to be mended for both."""
    assert rendered("字**→字**") == "字**→字**"
    assert html.unescape(plain(to_html("字**→字**"))).strip() == "字→字"


def test_math_is_left_alone() -> None:
    assert rendered("$a_1 * b_2 * c$ _x_") == "$a_1 * b_2 * c$ x"
    assert rendered("costs $5 or *6*") == "costs $5 or 6"


@pytest.mark.parametrize(
    "unit",
    [
        "*a ",
        "**a _b ",
        "[",
        "](u)",
        "[a](",
        "![",
        "`" * 7 + "a",
        "<!--",
        "<a ",
        "<a b='",
        "$a",
        "_*",
        "&",
        "\\",
        "<",
        "a**b",
        "[[a](u)",
        "<?",
        "](",
    ],
)
def test_it_takes_linear_time(unit: str) -> None:
    assert_linear(lambda count: rendered(unit * count), 5_000)


def test_backticks_of_many_lengths_take_linear_time() -> None:
    def backticks(count: int) -> None:
        rendered(" ".join("`" * (1 + number % 500) for number in range(count)))

    assert_linear(backticks, 500)
