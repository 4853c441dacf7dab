"""CI runs each test on SQLite, and on PostgreSQL again those that a database can change."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOWHERE = "postgres://nobody@127.0.0.1:1/none"  # to collect the tests, no database is asked


def collect(database: str, *args: str) -> subprocess.CompletedProcess[str]:
    """List the tests of the second pass."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "--database-only", *args],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_second_pass_leaves_out_what_is_the_same_on_any_database() -> None:
    listed = collect(NOWHERE, "tests/digest/test_search.py", "tests/browser/test_preview.py").stdout
    assert "::test_chinese_is_found_wherever_it_stands" in listed  # marked django_db
    assert "::test_a_text_becomes_tokens" not in listed  # pure
    assert "tests/browser/test_preview.py" not in listed  # marked any_database
    assert "tests that are the same on any database were left out: they run on SQLite." in listed


def test_the_first_pass_leaves_out_nothing(tmp_path: Path) -> None:
    refused = collect(f"sqlite:///{tmp_path}/db", "tests/test_docs.py")
    assert refused.returncode == 4
    assert "on SQLite, run every test without it" in refused.stderr
    script = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert [line for line in script if "make test" in line] == [
        "env -u DATABASE_URL make test",
        'DATABASE_URL="postgres://digest@127.0.0.1:$port/digest" make test ARGS=--database-only',
    ]
