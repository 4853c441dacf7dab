"""No text, however hostile, makes reading it take more than time in step with its length."""

import pytest

from digest.readme import parse
from tests.readme.growth import assert_linear

UNITS = [
    *("[", "[[", "**", "> ", "(", "1、[", "**1、[T](", "](", "#", "# ", "- ", "|", "\\", "`", "_"),
    *(
        "<!--",
        "<div ",
        "```\n",
        "~~~\n\n",
        "\r",
        "\r\n",
        "\n \n",
        "    ",
        "\t",
        "\u3000",
        "[a](#b)\n",
    ),
    *(
        "1、[T](u)\n",
        "1、[T](u)\n\nw\n\n",
        "# 一、a\n\n",
        "w\n===\n",
        "[[paper](p)]",
        "![a](b)\n\n",
    ),
    *("![a](b)\n\n", "| a |\n|---|\n", "[TOC]\n\n", "<p><img src=a></p>\n\n", "$a$ **「b」**"),
    "[a]: b\n",
]


@pytest.mark.parametrize("unit", UNITS)
def test_reading_grows_with_the_text(unit: str) -> None:
    assert_linear(lambda count: parse("# 一、a\n\n" + unit * count), 5_000)


def test_fences_of_many_lengths_grow_with_the_text() -> None:
    def fences(count: int) -> None:
        parse("".join("`" * (3 + number % 200) + "\n" for number in range(count)))

    assert_linear(fences, 2_000)
