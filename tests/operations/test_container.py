"""The files of the container are well-formed, and name what there is."""

import re
import subprocess
import sys
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / ".deploy/Dockerfile").read_text()
COMPOSE = (ROOT / ".deploy/compose.yaml").read_text()


def judge(program: str, *words: str | Path) -> None:
    """Let a program of ours, installed beside Python, find nothing wrong."""
    done = subprocess.run(
        [Path(sys.executable).parent / program, *words], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_compose_takes_its_file() -> None:
    judge("check-jsonschema", "--builtin-schema=vendor.compose-spec", ROOT / ".deploy/compose.yaml")


def test_the_dockerfile_is_clean() -> None:
    judge("hadolint", ROOT / ".deploy/Dockerfile")


def test_all_that_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".deploy/Dockerfile.dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"digest", "editorial", "templates", "static", "requirements.txt"} <= set(names)
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert [name for name in names if f"!{name}" not in ignored] == []


def test_the_commands_are_there() -> None:
    called = re.findall(r"manage\.py[, ]+([a-z_]+)", DOCKERFILE + COMPOSE)
    assert {"collectstatic", "migrate", "publish_scheduled"} <= set(called)
    assert set(called) - set(get_commands()) == set()


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001"]
