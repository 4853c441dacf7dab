"""What the project stands on: locks, scripts and migrations."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).parent.parent
SCRIPTS = ["Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt", ".ci/run"]
# An address, an option that would name one, or a folder of somebody's machine.
FOREIGN = re.compile(
    r"https?://|file:|pypi|(?<!emit-)(?:index-url|find-links)|(?<![\w.$})])/(?:home|root|Users|opt|work|tmp)/"
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_names_no_registry_and_no_folder_of_one_machine(name: str) -> None:
    lines = ROOT.joinpath(name).read_text("utf-8").splitlines()
    assert [f"{name}:{n} {line}" for n, line in enumerate(lines, 1) if FOREIGN.search(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--find-links wheels",
        "name @ file:///srv/wheel.whl",
        "pip install /opt/wheels/name.whl",
    ],
)
def test_a_foreign_line_is_found(line: str) -> None:
    assert FOREIGN.search(line)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_of_a_lock_has_its_version_and_hashes(lock: str) -> None:
    text = ROOT.joinpath(lock).read_text("utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert packages
    assert [line for line in packages if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", line)] == []


def test_the_dev_lock_holds_the_runtime_lock() -> None:
    def pins(name: str) -> set[str]:
        text = ROOT.joinpath(name).read_text("utf-8")
        return set(re.findall(r"^[\w.-]+==\S+", text, re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


@pytest.mark.django_db
def test_no_migration_is_pending() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_migration_has_a_name_and_a_way_back() -> None:
    migrations = [
        migration
        for (app, _name), migration in MigrationLoader(connection).disk_migrations.items()
        if app in ("digest", "editorial")
    ]
    assert [str(m) for m in migrations if re.search(r"_auto_\d", m.name)] == []
    assert [f"{m}: {o}" for m in migrations for o in m.operations if not o.reversible] == []
