"""A desk with its people, and the commands as a maintainer calls them."""

import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
SEED = ROOT / "fixtures" / "README.md"

Run = Callable[..., str]


def person(name: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.fixture
def author(db: None) -> User:
    return person("author")


@pytest.fixture
def reviewer(db: None) -> User:
    return person("reviewer")


@pytest.fixture
def publisher(db: None) -> User:
    return person("publisher")


@pytest.fixture
def seed() -> str:
    return SEED.read_bytes().decode()


@pytest.fixture
def run() -> Run:
    """Call a command; return what it printed, its errors included, whatever the outcome."""

    def call(*args: str) -> str:
        out, err = StringIO(), StringIO()
        try:
            call_command(*args, stdout=out, stderr=err)
        except CommandError as error:
            return f"{out.getvalue()}{err.getvalue()}CommandError: {error}"
        return out.getvalue() + err.getvalue()

    return call


def manage(*args: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run manage.py as a process of its own, as cron does."""
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        input=given,
        capture_output=True,
        check=False,
        timeout=120,
    )
