"""``export_readme``: what is published, as a file."""

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from markdown_it import MarkdownIt

from digest import exporting, mirror
from digest.models import Article
from digest.readme import Slugger, parse
from digest.readme.rules import check
from editorial import actions
from editorial.incoming import import_readme
from editorial.models import Revision
from tests.transfer.conftest import SEED, Run


@pytest.fixture
def published(publisher: User, seed: str) -> str:
    import_readme(seed, publisher, publish=True)
    return seed


def test_it_prints_the_list_byte_for_byte(
    published: str, run: Run, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run("export_readme")
    assert capfdbinary.readouterr().out == published.encode()


def test_it_writes_a_file_once(published: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    assert "written" in run("export_readme", str(path))
    assert path.read_bytes() == SEED.read_bytes()
    before = path.stat().st_mtime_ns
    assert "already up to date" in run("export_readme", str(path))
    assert path.stat().st_mtime_ns == before
    assert [p.name for p in tmp_path.iterdir()] == ["README.md"]


def test_the_file_keeps_its_permissions_and_its_link(
    published: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    path = tmp_path / "real" / "README.md"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "README.md"
    link.symlink_to(path)
    run("export_readme", str(link))
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == published
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_old_file(
    published: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "README.md"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert f"CommandError: {path}: No space left on device" in run("export_readme", str(path))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["README.md"]


def test_a_folder_that_is_not_there_is_refused_in_one_line(
    published: str, run: Run, tmp_path: Path
) -> None:
    out = run("export_readme", str(tmp_path / "no" / "README.md"))
    assert out.startswith("CommandError: ")
    assert "No such file" in out


def test_check_says_yes_or_shows_the_difference(
    published: str, run: Run, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(published.encode())
    assert run("export_readme", "--check", str(path)) == ""
    path.write_bytes(published.replace("欢迎watch", "欢迎 watch").encode())
    capfdbinary.readouterr()
    out = run("export_readme", "--check", str(path))
    diff = capfdbinary.readouterr().out.decode()
    assert f"CommandError: {path} differs" in out
    assert "\n-欢迎 watch" in diff
    assert "\n+欢迎watch" in diff
    assert "need the PATH" in run("export_readme", "--check")


def test_what_is_not_published_is_not_in_it(published: str, author: User, publisher: User) -> None:
    revision = actions.revise(Article.objects.get(headline__startswith="QLoRA"), author)
    actions.edit(revision, author, revision.version, summary="秘密草稿")
    assert exporting.readme() == published


def test_an_edit_changes_only_its_own_lines(
    published: str, author: User, reviewer: User, publisher: User
) -> None:
    revision = actions.revise(Article.objects.get(headline__startswith="QLoRA"), author)
    actions.edit(revision, author, revision.version, summary="改了。")
    for name, user in (("submit", author), ("approve", reviewer), ("publish", publisher)):
        actions.perform(revision, name, user)
    before, after = published.splitlines(), exporting.readme().splitlines()
    assert len(before) == len(after)
    changed = [
        index + 1
        for index, pair in enumerate(zip(before, after, strict=True))
        if len(set(pair)) > 1
    ]
    assert changed == [47]
    assert after[46].startswith("改了。[[paper](")


def test_taking_an_entry_down_renumbers_the_others_and_nothing_else(
    published: str, publisher: User
) -> None:
    revision = Revision.objects.get(headline__startswith="Adam")
    actions.perform(revision, "take_down", publisher, "撤稿")
    start, end = published.index("**2、[Adam"), published.index("**3、[DTG")
    expected = published[:start] + published[end:]
    expected = expected.replace("**3、[DTG", "**2、[DTG").replace("**4、[模块化", "**3、[模块化")
    assert exporting.readme() == expected
    actions.perform(revision, "restore", publisher, "改好了")
    assert exporting.readme() == published


def test_the_house_style_resolves_every_contents_link_and_leaves_no_stars(published: str) -> None:
    text = exporting.readme(in_house_style=True)
    tokens = MarkdownIt("commonmark").parse(text)
    slugger = Slugger()
    anchors = {
        slugger.slug(following.content)
        for token, following in pairwise(tokens)
        if token.type == "heading_open"
    }
    targets = re.findall(r"\]\(#([^)\s]+)\)", text)
    assert len(targets) == 5
    assert set(targets) <= anchors
    words = "".join(
        child.content for token in tokens for child in token.children or [] if child.type == "text"
    )
    assert "**" not in words


def test_the_house_style_breaks_no_rule_that_has_a_fix(published: str) -> None:
    findings = check(exporting.readme(in_house_style=True))
    assert [(found.line, found.code) for found in findings if found.edits] == []
    assert [found.code for found in findings] == ["link-unsafe", "bracket-unbalanced", "link-code"]


def test_the_whole_list_and_the_stream_are_one(published: str) -> None:
    document = mirror.document()
    assert document.entries == parse(published).entries
    assert mirror.says(published)
    assert not mirror.says(published + "x")
    assert not mirror.says(published[:-1])


def test_queries_do_not_grow_with_the_list(published: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        exporting.readme()
    sample = Article.objects.order_by("pk").first()
    assert sample
    Article.objects.bulk_create(
        Article(
            category_id=sample.category_id,
            position=100 + index,
            revision=10_000 + index,
            headline=f"h{index}",
            source=f"**1、[h{index}](u)**",
            published_at=sample.published_at,
            updated_at=sample.updated_at,
        )
        for index in range(1_000)
    )
    with CaptureQueriesContext(connection) as many:
        exporting.readme()
    assert len(many) == len(few)
