"""`check --deploy` names each mistake of a deployer by its id, and README lists them all."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from digest import deploying

README = Path(django_settings.BASE_DIR, "README.md").read_text(encoding="utf-8")
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


@pytest.fixture
def site(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site in production without a mistake."""
    for name in ("WEB_CONCURRENCY", "DIGEST_ENV"):
        monkeypatch.delenv(name, raising=False)
    settings.PRODUCTION = settings.HTTPS = settings.BEHIND_PROXY = True
    settings.ALLOWED_HOSTS = ["papers.example.org"]
    settings.DIGEST_SITE_URL = "https://papers.example.org"
    settings.EMAIL_HOST = "mail.example.org"
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "static").mkdir()
    return settings


def ids() -> set[str]:
    return {str(message.id) for message in deploying.deployed()}


def test_a_site_without_a_mistake_is_told_nothing(site: Settings) -> None:
    assert ids() == set()


def test_a_development_machine_is_told_nothing(site: Settings) -> None:
    site.ALLOWED_HOSTS, site.PRODUCTION = ["*"], False
    assert ids() == set()


def media_in_static(site: Settings, _: Path) -> None:
    site.MEDIA_ROOT = f"{site.STATIC_ROOT}/media"


def media_is_a_file(site: Settings, folder: Path) -> None:
    (folder / "file").touch()
    site.MEDIA_ROOT = str(folder / "file")


def not_gathered(site: Settings, _: Path) -> None:
    site.STORAGES = {**site.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}


def not_compiled(site: Settings, folder: Path) -> None:
    (folder / "django.po").touch()
    site.LOCALE_PATHS = [folder]


def metrics_without_a_folder(site: Settings, folder: Path) -> None:
    (folder / "file").touch()
    site.METRICS_FOLDER = str(folder / "file")


def with_settings(**values: Any) -> Callable[[Settings, Path], None]:
    def change(site: Settings, _: Path) -> None:
        for name, value in values.items():
            setattr(site, name, value)

    return change


MISTAKES: dict[str, Callable[[Settings, Path], None]] = {
    "digest.E001": with_settings(ALLOWED_HOSTS=["*"]),
    "digest.E002": with_settings(DIGEST_SITE_URL="https://other.example.org"),
    "digest.E003": media_is_a_file,
    "digest.E004": media_in_static,
    "digest.E005": not_gathered,
    "digest.E006": not_compiled,
    "digest.E008": metrics_without_a_folder,
    "digest.W002": with_settings(BEHIND_PROXY=False),
    "digest.W003": with_settings(DIGEST_SITE_URL="http://papers.example.org"),
    "digest.W004": with_settings(DIGEST_SITE_URL=""),
    "digest.I001": with_settings(EMAIL_HOST=""),
}


@pytest.mark.parametrize("key", MISTAKES)
def test_a_mistake_is_named(key: str, site: Settings, tmp_path: Path) -> None:
    MISTAKES[key](site, tmp_path)
    assert ids() == {key}


def test_a_misspelt_variable_is_named_with_the_one_that_is_meant(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_SITE_ULR", "https://papers.example.org")
    (message,) = deploying.deployed()
    assert message.id == "digest.W001"
    assert message.hint == "DIGEST_SITE_ULR: is DIGEST_SITE_URL meant?"


def test_several_processes_are_told_what_each_keeps_for_itself(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    site.METRICS_TOKEN = "token"
    assert ids() == {"digest.W005", "digest.W006"}
    site.CACHE_URL, site.METRICS_FOLDER = "redis://127.0.0.1", site.STATIC_ROOT
    assert ids() == set()


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_named() -> None:
    options: dict[str, Any] = {"deploy": True, "databases": ["default"], "fail_level": "ERROR"}
    call_command("check", tags=["digest"], **options)
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("editorial")
    MigrationRecorder(connection).record_unapplied(*newest)
    with pytest.raises(SystemCheckError, match=r"digest\.E007"):
        call_command("check", tags=["digest"], **options)


def test_every_id_is_tried_and_explained() -> None:
    others = {"digest.E007", "digest.W001", "digest.W005", "digest.W006"}
    assert {*MISTAKES, *others} == set(deploying.SAYS)
    listed = dict(re.findall(r"^\| `(digest\.[EWI]\d+)` \| (.*) \|$", README, re.MULTILINE))
    lines = "\n".join(f"| `{key}` | {text} |" for key, text in deploying.SAYS.items())
    assert listed == deploying.SAYS, f"put this there:\n{lines}"
