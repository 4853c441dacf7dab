"""An entry that the README could not give back is refused, with the field that is wrong."""

import pytest

from digest.readme import Entry, Link, Picture, check_entry

GOOD = Entry("标题", "https://u", "Title", "摘要。", (Link("paper", "https://p"),))


@pytest.mark.parametrize(
    "entry",
    [
        GOOD,
        GOOD.edit(headline="[NeurIPS] 一文"),
        GOOD.edit(headline=r"一个 \[ 括号"),
        GOOD.edit(url="https://u/a_(b)"),
        GOOD.edit(url="https://u/a b)"),
        GOOD.edit(url=""),
        GOOD.edit(links=(Link("Paper", "https://p"), Link("项目", "https://q"))),
        GOOD.edit(summary="一。\n\n- 二\n- 三\n\n四。"),
        GOOD.edit(picture=Picture("a.png", 'x & "y"')),
        GOOD.edit(title="", links=()),
    ],
)
def test_what_comes_back_is_taken(entry: Entry) -> None:
    assert check_entry(entry) is None


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (GOOD.edit(headline="一个 [ 括号"), "headline"),
        (GOOD.edit(headline="两\n行"), "headline"),
        (GOOD.edit(summary="一。\n\n二。", links=()), "summary"),
        (GOOD.edit(summary="一。\n\n# 节", links=()), "summary"),
        (GOOD.edit(summary="1、[又一](https://v)", links=()), "summary"),
        (GOOD.edit(summary="```\n码\n```"), "summary"),
        (GOOD.edit(title="", summary="**都是粗体**", links=()), "title"),
        (GOOD.edit(title="a\nb"), "title"),
    ],
)
def test_what_does_not_come_back_is_refused_with_its_field(entry: Entry, field: str) -> None:
    unfit = check_entry(entry)
    assert unfit
    assert unfit.field == field
