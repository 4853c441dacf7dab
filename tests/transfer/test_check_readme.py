"""``check_readme`` as people and CI call it: real processes, no database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digest.checking import SARIF_SCHEMA
from digest.readme.rules import RULES, fix
from tests.transfer.conftest import ROOT, SEED, Run

BROKEN = "# 甲\n\n[a](file:///x.pdf)，字**「粗」**体 \n"


def check_readme(
    *args: str | Path, given: str = "", folder: Path = ROOT
) -> "subprocess.CompletedProcess[str]":
    """Run the command where no database can be reached."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "check_readme", *args],
        cwd=folder,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        input=given,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_bytes(SEED.read_bytes())
    return path


def test_it_says_file_line_column_code_and_message(seed: Path) -> None:
    run = check_readme("README.md", folder=seed.parent)
    assert run.returncode == 1
    lines = run.stdout.splitlines()
    assert all(re.fullmatch(r"README\.md:\d+:\d+ [a-z]+-[a-z0-9]+ .+", line) for line in lines)
    assert (
        "README.md:53:174 link-unsafe Readers cannot follow "
        "file:///C:/Users/Lenovo/Desktop/0526.pdf."
    ) in lines
    assert "README.md:27:19 picture-missing There is no file" in run.stdout
    assert run.stderr == "16 errors, 21 warnings, 3 infos; --fix mends 35\n"


def test_a_clean_list_passes(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text("# 甲\n\n好。\n", encoding="utf-8")
    run = check_readme(path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "nothing found\n")


def test_warnings_fail_only_if_that_is_asked_for() -> None:
    assert check_readme("-", given="少（一半\n").returncode == 0
    assert check_readme("-", "--strict", given="少（一半\n").returncode == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "name a file to check, or - for standard input"),
        (["no.md"], "no.md: No such file or directory"),
        (["--select", "no-rule", "-"], "there is no rule no-rule; --list-rules lists them"),
        (["--format", "xml", "-"], "invalid choice: 'xml'"),
    ],
)
def test_what_cannot_be_checked_is_said_in_a_line(args: list[str], said: str) -> None:
    run = check_readme(*args)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "gbk.md"
    path.write_bytes("ok\n中文\n".encode("gbk"))
    run = check_readme(path)
    assert run.returncode == 2
    assert f"{path}:2: not UTF-8" in run.stderr


def test_several_files_are_checked_in_one_go(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("[x]()\n", encoding="utf-8")
    run = check_readme("a.md", "b.md", folder=tmp_path)
    assert [line.split()[0] for line in run.stdout.splitlines()] == ["a.md:1:5", "b.md:1:5"]


def test_rules_are_selected_and_ignored() -> None:
    def codes(*args: str) -> list[str]:
        lines = check_readme("-", *args, given=BROKEN).stdout.splitlines()
        return [line.split()[1] for line in lines]

    every = ["link-unsafe", "bold-literal", "bold-literal", "space-trailing"]
    assert codes() == every
    assert codes("--select", "bold-literal,link-unsafe") == every[:3]
    assert codes("--ignore", "bold-literal", "--ignore", "link-unsafe") == every[3:]


def test_the_fix_shows_its_diff_and_leaves_what_needs_a_person(seed: Path) -> None:
    before = seed.read_text(encoding="utf-8")
    seed.chmod(0o640)
    run = check_readme("--fix", "README.md", folder=seed.parent)
    assert run.returncode == 1
    assert seed.read_text(encoding="utf-8") == fix(before)
    assert seed.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in seed.parent.iterdir()] == ["README.md"]
    assert run.stdout.startswith("--- README.md\n+++ README.md (fixed)\n@@ -4,27 +4,27 @@\n")
    assert "\n-# 大语言模型（LLMs）评估\n+# 四、大语言模型（LLMs）评估\n" in run.stdout
    left = [line for line in run.stdout.splitlines() if line.startswith("README.md:")]
    assert [line.split()[1] for line in left] == [
        *("picture-missing", "link-unsafe", "picture-missing"),
        *("bracket-unbalanced", "link-code"),
    ]
    again = check_readme("--fix", "README.md", folder=seed.parent)
    assert "@@" not in again.stdout


def test_a_fix_that_cannot_be_written_leaves_the_file(
    seed: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = run("check_readme", "--fix", str(seed))
    assert f"CommandError: {seed}: No space left on device" in said
    assert seed.read_bytes() == SEED.read_bytes()
    assert [path.name for path in seed.parent.iterdir()] == ["README.md"]


def test_standard_input_is_fixed_onto_standard_output() -> None:
    run = check_readme("--fix", "-", given=BROKEN)
    assert run.stdout == fix(BROKEN)
    assert "+++ - (fixed)" in run.stderr
    assert "-:3:5 link-unsafe" in run.stderr
    assert run.returncode == 1


def test_only_the_selected_is_fixed() -> None:
    run = check_readme("--fix", "-", "--select", "space-trailing", given=BROKEN)
    assert run.stdout == BROKEN.replace(" \n", "\n")


def test_json_has_all_that_an_editor_needs() -> None:
    run = check_readme("-", "--format", "json", given="字**「粗」**体\n")
    findings: list[dict[str, Any]] = json.loads(run.stdout)
    assert findings[0] == {
        "path": "-",
        "line": 1,
        "column": 2,
        "code": "bold-literal",
        "severity": "error",
        "message": "GitHub shows ** as it stands.",
        "edits": [{"start": 0, "end": 9, "text": "字「**粗**」体"}],
    }


def test_github_gets_workflow_commands_with_nothing_that_breaks_them(tmp_path: Path) -> None:
    path = tmp_path / "100%,a:b.md"
    path.write_text("[x](file:///a%0Ab,c) 一 \n", encoding="utf-8")
    run = check_readme(path.name, "--format", "github", folder=tmp_path)
    place = "file=100%25%2Ca%3Ab.md,line=1"
    assert run.stdout.splitlines() == [
        f"::error {place},col=5,title=link-unsafe::Readers cannot follow file:///a%250Ab,c.",
        f"::notice {place},col=23,title=space-trailing::The line ends with spaces.",
    ]


def test_sarif_has_what_its_schema_requires(seed: Path) -> None:
    run = check_readme("README.md", "--format", "sarif", folder=seed.parent)
    log: dict[str, Any] = json.loads(run.stdout)
    assert (log["$schema"], log["version"]) == (SARIF_SCHEMA, "2.1.0")
    (only,) = log["runs"]
    driver = only["tool"]["driver"]
    assert driver["name"]
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    levels = {"none", "note", "warning", "error"}
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in levels
    assert len(only["results"]) == 40
    for result in only["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in levels
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "README.md"}
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
    assert only["columnKind"] == "unicodeCodePoints"


def test_the_fixes_of_sarif_are_edits_of_characters() -> None:
    run = check_readme("-", "--format", "sarif", given=BROKEN)
    results = json.loads(run.stdout)["runs"][0]["results"]
    assert "fixes" not in results[0]
    (spaces,) = results[-1]["fixes"]
    (change,) = spaces["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "stdin"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"charOffset": BROKEN.index(" \n"), "charLength": 1},
            "insertedContent": {"text": ""},
        }
    ]


def test_messages_and_rules_are_said_in_chinese_on_request() -> None:
    run = check_readme("-", "--language", "zh", given="一 \n")
    assert run.stdout == "-:1:2 space-trailing 行尾有空格。\n"
    rules = check_readme("--list-rules", "--language", "zh").stdout.splitlines()
    assert [line.split()[0] for line in rules] == list(RULES)
    assert "没有地址的链接哪里也去不了。" in "".join(rules)


def test_a_reader_who_has_enough_gets_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "long.md").write_text("[x]()\n\n" * 20_000, encoding="utf-8")
    command = [sys.executable, str(ROOT / "manage.py"), "check_readme", str(tmp_path / "long.md")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read().decode() == "20000 errors\n"
    assert process.returncode == 1


def test_help_teaches() -> None:
    run = check_readme("--help")
    assert run.returncode == 0
    for taught in ("examples:", "digest: ignore CODE", "exit code:", "--list-rules"):
        assert taught in run.stdout
