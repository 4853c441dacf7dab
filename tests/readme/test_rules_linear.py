"""No text, however hostile, makes checking it take more than time in step with its length."""

import pytest

from digest.readme.rules import check, fix
from tests.readme.growth import assert_linear

UNITS = [
    *("(", "“", '"', "](", "\\[ ]", "`a", "``", "$a", "<a ", "*a", "_「a」_ ", "字**「", "[a]: b "),
    *(
        "字**「粗」**体\n\n",
        "甲(乙)（",
        "甲: 乙，",
        " \n",
        "[a](#b) ",
        "![](a) ",
        "<img style='a'>",
    ),
    *("# 一、a\n\n", "- # a\n", "7、[T](u)\n\n", "# A\n\n1、[T](u)\n\n3、[T](u)\n\n"),
    *("<!-- digest: ignore link-empty -->", "(\n\n<!-- digest: ignore bracket-unbalanced -->\n\n"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_checking_grows_with_the_text(unit: str) -> None:
    assert_linear(lambda count: check("# 一、a\n\n" + unit * count), 800)


@pytest.mark.parametrize("unit", UNITS)
def test_mending_grows_with_the_text(unit: str) -> None:
    assert_linear(lambda count: fix("# 一、a\n\n" + unit * count), 200)
