"""A sync that is killed at any step: the next one finishes the job, and nothing is lost."""

import os
import re
import shutil
import signal
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connections

from digest import exporting
from digest.models import Article
from tests.transfer.conftest import Run
from tests.transfer.repositories import Workshop

# A git that kills who calls it: before or behind a step, or when half of it is done.
KILLER = """#!/bin/sh
for word in "$@"; do [ "$word" = "{step}" ] && found=1; done
[ -z "$found" ] && exec {git} "$@"
for last in "$@"; do :; done
case {moment} in
behind) {git} "$@" ;;
within) {git} -C {folder} checkout --quiet "$last" -- README.md; printf half > {folder}/README.md ;;
esac
kill -9 $PPID
"""
STEPS = [
    ("fetch", "behind"),
    ("reset", "before"),
    ("reset", "within"),
    ("reset", "behind"),
    ("commit-tree", "behind"),
    ("push", "before"),
    ("push", "behind"),
]


@pytest.mark.django_db(transaction=True)
def test_whatever_step_is_killed_the_next_run_does_the_rest(
    publisher: User, tmp_path: Path, seed: str, run: Run
) -> None:
    shop = Workshop(tmp_path, seed)
    sync = ["sync", "--repo", str(shop.desk.folder), "--by", "publisher", "--publish", "--push"]
    assert "16 new" in run(*sync)
    for number, (step, moment) in enumerate(STEPS):
        shop.contribute(partial(re.sub, r"QLoRA\d*：", f"QLoRA{number}："))
        # Other entries in the archive than before, so that there is something to commit.
        split = ["--split", "year", "--limit", "8000" if number % 2 else "7000"]
        killed([*sync, *split], killer(tmp_path, shop, step, moment))
        assert "CommandError" not in run(*sync, *split), (step, moment)
        assert shop.desk.git("status", "--porcelain") == "", (step, moment)
        assert shop.desk.head() == shop.remote_head()
        assert not shop.desk.git("for-each-ref", "refs/digest/step")
        assert f"QLoRA{number}：" in exporting.readme()
        check = ("--check", str(shop.desk.folder / "README.md"), *split)
        assert run("export_readme", *check) == ""
        assert "out: nothing to commit" in run(*sync, *split)
    assert Article.objects.count() == 16


def killed(command: list[str], path: Path) -> None:
    """Run a command in a process of its own, which is killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            os.environ["PATH"] = f"{path}:{os.environ['PATH']}"
            call_command(*command, stdout=StringIO(), stderr=StringIO())
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), path.name
    assert os.WTERMSIG(status) == signal.SIGKILL


def killer(tmp_path: Path, shop: Workshop, step: str, moment: str) -> Path:
    folder = tmp_path / f"{step}-{moment}"
    folder.mkdir()
    git = folder / "git"
    words = {"git": shutil.which("git"), "folder": shop.desk.folder, "step": step}
    git.write_text(KILLER.format(moment=moment, **words))
    git.chmod(0o755)
    return folder
