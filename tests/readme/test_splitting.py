"""A list split into README and archives is the same list: joined, it is what it was."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from digest.readme import Slugger, parse
from digest.readme.joining import archive_of, is_split, join
from digest.readme.rules import check
from digest.readme.splitting import SplitError, split
from tests.readme.strategies import hostile, lists

LIST = """前言。

# 一、甲

介绍。

**1、[新](https://a)**

摘要。

**2、[旧](https://b)**

旧摘要。

> 旧的附注

**3、[更旧](https://c)**

摘要。

# 二、乙

**1、[丙](https://d)**
"""
OLD = "archive/2023.md"


def files_of(text: str, *archives: str | None) -> dict[str, str]:
    return split(parse(text), archives, "README.md")


def joined(files: dict[str, str]) -> str:
    return join(files["README.md"], "README.md", files.__getitem__).text


@given(st.data(), st.one_of(lists(), hostile))
def test_any_list_split_in_any_way_is_joined_to_what_it_was(data: st.DataObject, text: str) -> None:
    document = parse(text)
    count = len(document.entries)
    names = st.sampled_from([None, "README-2023.md", "archive/旧 事.md", "old.md"])
    archives = data.draw(st.lists(names, min_size=count, max_size=count))
    files = split(document, archives, "README.md")
    assert joined(files) == text
    assert is_split(files["README.md"]) == (len(files) > 1) == any(archives)
    for path, content in files.items():
        back = "../README.md" if path.startswith("archive") else "README.md"
        assert archive_of(content) == (None if path == "README.md" else back)
    assert split(parse(joined(files)), archives, "README.md") == files


@settings(max_examples=30)
@given(st.data(), lists())
def test_each_line_of_the_whole_is_traced_to_its_file(data: st.DataObject, text: str) -> None:
    document = parse(text)
    count = len(document.entries)
    archives = data.draw(
        st.lists(st.sampled_from([None, "old.md"]), min_size=count, max_size=count)
    )
    files = split(document, archives, "README.md")
    whole = join(files["README.md"], "README.md", files.__getitem__)
    lines = {path: re.split(r"\r\n?|\n", content) for path, content in files.items()}
    for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        path, its = whole.where(number)
        assert lines[path][its - 1] == line


def test_what_moves_and_what_stays() -> None:
    files = files_of(LIST, None, OLD, OLD, None)
    (run,) = re.findall(r"digest:run archive/2023\.md (\w+)", files["README.md"])
    assert files["README.md"] == LIST.replace(
        LIST[LIST.index("**2、") : LIST.index("\n\n# 二")],
        f"[2–3 → 2023](archive/2023.md#一甲) <!-- digest:run archive/2023.md {run} -->",
    )
    assert files[OLD] == (
        "# 2023\n\n<!-- digest:archive of ../README.md -->\n\n# 一、甲\n\n"
        f"[← README.md](../README.md#一甲) <!-- digest:run {run} -->\n\n"
        + LIST[LIST.index("**2、") : LIST.index("\n\n# 二")]
        + "\n"
    )


def links(text: str) -> list[str]:
    tokens = [child for token in MarkdownIt().parse(text) for child in token.children or []]
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


def anchors(text: str) -> list[str]:
    slugger = Slugger()
    return [slugger.slug(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")]


def test_links_lead_both_ways_also_where_headings_are_alike() -> None:
    text = "# 甲\n\n##### 1、[甲](u)\n\nx\n\n##### 2、[b](v)\n\n# 甲\n\n"
    text += "##### 1、[c](w)\n\n##### 2、[d](x)\n"
    files = files_of(text, OLD, None, None, OLD)
    assert joined(files) == text
    there = [link for link in links(files["README.md"]) if link.startswith("archive")]
    back = [link for link in links(files[OLD]) if link.startswith("..")]
    assert len(there) == len(back) == 2
    for link in there:
        assert unquote(link.partition("#")[2]) in anchors(files[OLD])
    assert [unquote(link) for link in back] == ["../README.md#甲", "../README.md#甲-1"]
    assert anchors(files["README.md"])[0::2] == ["甲", "甲-1"]


def test_the_rules_have_nothing_against_the_gaps_in_the_numbers() -> None:
    for text in files_of(LIST, OLD, None, OLD, None).values():
        assert [found.code for found in check(text) if found.code.startswith("number")] == []


def test_what_people_change_in_an_archive_comes_in() -> None:
    files = files_of(LIST, None, OLD, "archive/2022.md", OLD)
    files[OLD] = (
        files[OLD].replace("旧摘要", "改过的摘要").rstrip() + "\n\n2、[后来的](https://e)\n\n\n"
    )
    assert joined(files) == (
        LIST.replace("旧摘要", "改过的摘要").replace(
            "**1、[丙](https://d)**\n", "**1、[丙](https://d)**\n\n2、[后来的](https://e)\n"
        )
    )


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("README.md", "2023.md ", "2023.md 0", "README.md:11: archive/2023.md has one run"),
        (
            "README.md",
            "\n[2",
            "\n\n[9](x) <!-- digest:run archive/2023.md {run} -->\n[2",
            "names again",
        ),
        ("README.md", " <!-- digest:run archive/2023.md {run} -->", "", "leads to the run"),
        (
            OLD,
            "<!-- digest:end -->\n",
            "<!-- digest:end -->\n\n**9、[x](y)**\n",
            "2023.md:17: this entry",
        ),
        (OLD, "# 2023\n", "# 2023\n\n**9、[x](y)**\n", "archive/2023.md:3: this entry"),
        (OLD, "<!-- digest:end -->\n", "<!-- digest:run {run} -->\n", "is here twice"),
    ],
)
def test_what_would_get_lost_is_refused_with_its_line(
    path: str, old: str, new: str, message: str
) -> None:
    files = files_of(LIST, None, OLD, None, OLD)
    run = re.findall(r"digest:run (\w+)", files[OLD])[0]
    changed = files[path].replace(old.format(run=run), new.format(run=run), 1)
    assert changed != files[path]
    files[path] = changed
    if "leads to" in message:
        files["README.md"] = changed
    with pytest.raises(SplitError, match=re.escape(message)):
        joined(files)


def test_a_list_that_has_such_marks_is_not_split() -> None:
    text = f"{LIST}\n<!-- digest:end -->\n"
    with pytest.raises(SplitError, match=r"README\.md:25: <!-- digest:end"):
        files_of(text, None, None, None, None)


def test_files_of_two_days_do_not_fit() -> None:
    before = files_of(LIST, None, OLD, OLD, None)
    after = files_of(LIST, None, OLD, None, None)
    for readme, archive in ((before, after), (after, before)):
        with pytest.raises(SplitError, match="export_readme --split"):
            joined({**readme, OLD: archive[OLD]})
