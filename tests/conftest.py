"""What every test may count on: a media folder of its own, quick passwords, a database file."""

import gc
import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import translation
from pytest_django import Settings

from digest.fragments import made

pytest_plugins = ["tests.passes"]

# A loaded machine is slow without being wrong.  CI tries the same examples every time, so that what
# it says is about the change at hand; a developer's machine goes on looking for new ones.
hypothesis.settings.register_profile(
    "digest", deadline=None, print_blob=True, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("digest")


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is there to the end: all modules, all tests."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_ground(settings: Settings, tmp_path: Path) -> None:
    cache.clear()  # what was counted in another test's list
    made.cache_clear()  # what was made with another test's settings
    translation.activate(settings.LANGUAGE_CODE)  # a request leaves its own behind
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Put SQLite's test database in a file, as on a real site.

    In memory, all threads would share one connection: a live server's requests, and two people who
    act at once, would find themselves inside each other's transactions.
    """
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
