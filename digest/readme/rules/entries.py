"""What an entry should say."""

import unicodedata
from collections.abc import Iterator

from digest.readme.rules.finding import Hit, Severity, Words, rule
from digest.readme.rules.page import Page

# In columns, of which a Chinese character takes two: 600 characters, or some 200 English words.
LONGEST_SUMMARY = 1_200


@rule(
    "title-missing",
    Severity.WARNING,
    why=Words(
        "An entry lacks the paper's own title, which is what readers search for.",
        "条目缺少论文原题，读者无从检索。",
    ),
    message=Words("“{headline}” has no paper title.", "“{headline}”没有论文标题。"),
)
def title_missing(page: Page) -> Iterator[Hit]:
    """Find entries without the title of their paper."""
    for start, entry in page.entries:
        if not entry.title:
            yield Hit(start, {"headline": entry.headline})


@rule(
    "summary-empty",
    Severity.WARNING,
    why=Words("An entry does not say what the paper is about.", "条目没有介绍论文内容。"),
    message=Words("“{headline}” has no summary.", "“{headline}”没有摘要。"),
)
def summary_empty(page: Page) -> Iterator[Hit]:
    """Find entries without a summary."""
    for start, entry in page.entries:
        if not entry.summary:
            yield Hit(start, {"headline": entry.headline})


@rule(
    "link-missing",
    Severity.WARNING,
    why=Words(
        "An entry has no labelled link behind its summary, such as [[paper](https://…)].",
        "条目的摘要之后没有 [[paper](https://…)] 这样的链接。",
    ),
    message=Words("“{headline}” has no links.", "“{headline}”没有链接。"),
)
def links_missing(page: Page) -> Iterator[Hit]:
    """Find entries without links."""
    return _lacking(page, "links")


@rule(
    "summary-long",
    Severity.INFO,
    why=Words(
        f"A summary is longer than {LONGEST_SUMMARY // 2} Chinese characters, or "
        f"{LONGEST_SUMMARY} Latin ones.",
        f"摘要超过 {LONGEST_SUMMARY // 2} 个汉字（或 {LONGEST_SUMMARY} 个西文字符）。",
    ),
    message=Words(
        "The summary of “{headline}” takes {columns} columns.",
        "“{headline}”的摘要有 {columns} 列宽。",
    ),
)
def summary_long(page: Page) -> Iterator[Hit]:
    """Find summaries that are no summaries any more."""
    for start, entry in page.entries:
        if len(entry.summary) > LONGEST_SUMMARY // 2:
            columns = _columns(entry.summary)
            if columns > LONGEST_SUMMARY:
                yield Hit(start, {"headline": entry.headline, "columns": columns})


def _lacking(page: Page, field: str) -> Iterator[Hit]:
    for start, entry in page.entries:
        if not getattr(entry, field):
            yield Hit(start, {"headline": entry.headline})


def _columns(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)
