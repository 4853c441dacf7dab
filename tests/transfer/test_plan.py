"""``import_readme --dry-run``: a plan that a person can read, and the same for scripts."""

import json
import re
from pathlib import Path
from subprocess import run as run_git

import pytest
from django.contrib.auth.models import User

from digest.models import Article
from digest.readme import parse
from editorial.changes.merging import Outcome
from editorial.incoming import import_readme
from editorial.incoming.change import Frame, Kind
from editorial.models import Event, Outline, Revision
from tests.benchmarks.lists import generated
from tests.transfer.conftest import Run
from tests.transfer.test_three_way import publish_change, qlora


@pytest.fixture
def listed(publisher: User, seed: str) -> str:
    import_readme(seed, publisher, publish=True)
    return seed


def edited(seed: str) -> str:
    """Change one entry, drop one, add one, move one to another section, rename a section."""
    text = seed.replace("QLoRA是一种", "QLoRA 是一种")
    start, end = text.index("**3、[DTG"), text.index("**4、[模块化")
    text = text[:start] + text[end:]
    start, end = text.index("**2、[Meta"), text.index("# 二、")
    meta = text[start:end].strip().replace("**2、", "**1、")
    text = f"{text[:start]}**2、[新文章](https://new)**\n\n新摘要。\n\n\n\n{text[end:]}"
    text = text.replace("**1**、[**潜力", f"{meta}\n\n**2**、[**潜力")
    return text.replace("# 三、大语言模型（LLMs）应用", "# 三、应用")


def planned(run: Run, path: Path, *more: str) -> str:
    return run("import_readme", str(path), "--by", "author", "--dry-run", *more)


def test_it_names_each_change_with_its_line_and_its_characters(
    author: User, listed: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "README.md"
    path.write_text(edited(listed), encoding="utf-8")
    out = planned(run, path)
    for expected in (
        f"1 new\n  {path}:33: 新文章",
        f"1 changed\n  {path}:41: QLoRA",
        "QLoRA{+ +}是一种**",
        "1 moved to another section",
        "[-人工反馈强化学习（RLHF）-]{+大语言模型（LLMs）评估+}",
        "1 removed from the file: a publisher must decide\n  DTG",
        "section renamed “应用”",
        "1 new, 2 changed, 13 unchanged",
    ):
        assert expected in out
    assert not Revision.objects.exclude(state="published").exists()
    assert not Outline.objects.exists()


def test_json_says_the_same_to_scripts(
    author: User, publisher: User, listed: str, run: Run, tmp_path: Path
) -> None:
    publish_change(publisher, qlora(), summary="编辑部的说法。", headline="编辑部的标题")
    path = tmp_path / "README.md"
    path.write_text(edited(listed), encoding="utf-8")
    printed = planned(run, path, "--json")
    plan = json.loads(printed[: printed.rindex("]}") + 2])
    assert plan["format"] == 1
    assert {kind: count for kind, count in plan["counts"].items() if count} == {
        "new": 1, "moved": 1, "conflict": 1, "removed": 1, "unchanged": 13,
    }  # fmt: skip
    (conflict,) = (one for one in plan["changes"] if one["kind"] == "conflict")
    assert conflict["line"] == 41
    assert conflict["article"] == qlora().pk
    fields = conflict["fields"]
    assert {name: field["changed_by"] for name, field in fields.items()} == {
        "headline": "desk",
        "summary": "both",
    }
    assert fields["summary"]["ours"] == "编辑部的说法。"
    assert {one["kind"] for one in plan["frame"]} == {"section-renamed", "renumbered"}


def test_colour_helps_only_the_eye(author: User, listed: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(listed.replace("QLoRA是一种", "QLoRA 是一种"), encoding="utf-8")
    plain, coloured = planned(run, path, "--no-color"), planned(run, path, "--force-color")
    assert "QLoRA{+ +}是一种" in plain
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    assert "\x1b[" in coloured


def test_json_goes_with_a_dry_run(author: User, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# 甲\n", encoding="utf-8")
    out = run("import_readme", str(path), "--by", "author", "--json")
    assert "--json goes with --dry-run" in out


def test_entries_that_pass_each_other_and_their_numbers_are_named(
    author: User, listed: str
) -> None:
    start, end = listed.index("**3、[DTG"), listed.index("**4、[模块化")
    dtg = listed[start:end]
    text = (listed[:start] + listed[end:]).replace("**1、[QLoRA", f"{dtg}**1、[QLoRA")
    report = import_readme(text, author, dry_run=True)
    assert [one.name[:3] for one in report.frame if one.kind is Frame.ORDER] == ["DTG"]
    wrong = listed.replace("**3、[DTG", "**7、[DTG")
    report = import_readme(wrong, author, dry_run=True)
    assert [(one.kind, one.before, one.after) for one in report.frame] == [
        (Frame.RENUMBERED, "3", "7")
    ]


def test_new_and_removed_text_around_entries_is_named(author: User, listed: str) -> None:
    text = listed.replace("知乎地址", "闲笔。\n\n知乎地址").replace("欢迎watch", "欢迎 watch")
    text = text.rstrip() + "\n\n后记。\n"
    report = import_readme(text, author, dry_run=True)
    assert {one.kind for one in report.frame} <= {Frame.TEXT_NEW, Frame.TEXT_CHANGED}
    assert any("闲笔" in one.after for one in report.frame)


def git(folder: Path, *args: str) -> None:
    run_git(["git", "-C", str(folder), *args], check=True, capture_output=True, timeout=60)


def test_a_hundred_contributors_merged_by_git_are_exactly_their_changes(
    publisher: User, author: User, tmp_path: Path
) -> None:
    text = generated(400)
    import_readme(text, publisher, publish=True)
    path = tmp_path / "README.md"
    path.write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    for name, value in (("user.name", "a"), ("user.email", "a@example.org")):
        git(tmp_path, "config", name, value)
    git(tmp_path, "add", "README.md")
    git(tmp_path, "commit", "--quiet", "-m", "list")
    lines = text.splitlines(keepends=True)
    heads = [entry.line - 1 for entry in parse(text).entries[::4]]
    for index, head in enumerate(heads):
        changed = [*lines]
        changed[head] = lines[head].replace("](http", f"（贡献{index}）](http", 1)
        git(tmp_path, "checkout", "--quiet", "-b", f"b{index}", "main")
        path.write_text("".join(changed), encoding="utf-8")
        git(tmp_path, "commit", "--quiet", "-am", f"{index}")
    git(tmp_path, "checkout", "--quiet", "main")
    for index in range(100):
        git(tmp_path, "merge", "--quiet", "--no-edit", f"b{index}")
    merged = path.read_text(encoding="utf-8")
    report = import_readme(merged, author)
    assert (report.new, report.changed, report.same, report.conflicts) == (0, 100, 300, 0)
    assert not report.frame_changed
    assert {change.kind for change in report.changes} == {Kind.CHANGED}
    assert [change.line - 1 for change in report.changes] == heads
    assert {name for one in report.changes for name in one.fields(Outcome.THEIRS)} == {"headline"}
    assert Revision.objects.filter(state="in_review").count() == 100
    assert [name for name in report.named(Kind.CHANGED) if "（贡献" not in name] == []


def test_one_changed_entry_writes_one_revision_and_its_events(
    publisher: User, author: User
) -> None:
    text = generated(300)
    import_readme(text, publisher, publish=True)
    before = Revision.objects.count(), Event.objects.count(), Article.objects.count()
    marked = Revision.objects.filter(outside_version__isnull=False)
    live = set(marked.values_list("pk", flat=True))
    changed = text.replace("QLoRA是一种", "QLoRA 是一种", 1)
    assert import_readme(changed, author).changed == 1
    after = Revision.objects.count(), Event.objects.count(), Article.objects.count()
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 0]
    assert len(set(marked.values_list("pk", flat=True)) ^ live) == 2
    assert not import_readme(changed, author).writes
