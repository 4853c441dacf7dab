"""A deployer's slip is one clear line, and the settings of production are safe ones."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digest.settings import kept_secret

ROOT = Path(__file__).parent.parent
SECRET = "a-secret-key-for-tests-of-fifty-characters-or-more-0123456789"
PRODUCTION = {"DIGEST_ENV": "production", "SECRET_KEY": SECRET, "ALLOWED_HOSTS": "digest.example"}


def check(variables: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py check` in an environment that has these variables and none of ours."""
    return manage(variables, "check", "--fail-level", "WARNING", *options)


def manage(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in such an environment."""
    ours = (
        "DIGEST_",
        "EDITORIAL_",
        "DJANGO_",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_",
        "CACHE_URL",
        "EMAIL_",
    )
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=others | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_is_clean_to_deploy(tmp_path: Path) -> None:
    site = {
        **PRODUCTION,
        "DIGEST_BEHIND_PROXY": "1",
        "DIGEST_SITE_URL": "https://digest.example",
        "DIGEST_STATIC_ROOT": str(tmp_path / "static"),
        "DIGEST_MEDIA_ROOT": str(tmp_path / "media"),
    }
    gathered = manage(site, "collectstatic", "--no-input")
    assert gathered.returncode == 0, gathered.stderr
    result = check(site, "--deploy")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
@pytest.mark.parametrize("value", [None, "", " "], ids=["unset", "empty", "blank"])
def test_production_does_not_start_without(name: str, value: str | None) -> None:
    others = {key: text for key, text in PRODUCTION.items() if key != name}
    result = check(others if value is None else others | {name: value})
    assert result.returncode == 1
    assert result.stderr == f"digest: {name} must be set when DIGEST_ENV=production.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIGEST_ENV", "prod"),
        ("DIGEST_DEBUG", "maybe"),
        ("DIGEST_SITE_URL", "digest.example"),
        ("DIGEST_TIME_ZONE", "Mars/Base"),
        ("DIGEST_CONN_MAX_AGE", "long"),
        ("DATABASE_URL", "nosuch://host/name"),
        ("DATABASE_REPLICA_URL", "nosuch://host/name"),
        ("EDITORIAL_FOUR_EYES", "sometimes"),
        ("CACHE_URL", "memcached://x"),
        ("DIGEST_LOG_FORMAT", "xml"),
        ("DIGEST_LOG_LEVEL", "LOUD"),
        ("DIGEST_SLOW_QUERY_MS", "0"),
        ("EMAIL_PORT", "smtp"),
        ("EMAIL_TIMEOUT", "0"),
        ("DEFAULT_FROM_EMAIL", "desk"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(name: str, value: str) -> None:
    result = check({name: value})
    assert result.returncode == 1
    assert result.stderr.startswith("digest: ")
    assert result.stderr.count("\n") == 1


def test_mail_is_encrypted_one_way_or_the_other() -> None:
    result = check({"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"})
    assert result.returncode == 1
    assert result.stderr == "digest: Set one of EMAIL_USE_TLS and EMAIL_USE_SSL, not both.\n"


@pytest.mark.parametrize(
    "addresses",
    [("sqlite:///x", "postgres://host/x"), ("postgres://host/x", "sqlite:///x"), ("", "sqlite://")],
)
def test_a_replica_is_for_postgresql_alone(addresses: tuple[str, str]) -> None:
    names = ("DATABASE_URL", "DATABASE_REPLICA_URL")
    given = {name: address for name, address in zip(names, addresses, strict=True) if address}
    result = check(given)
    assert result.returncode == 1
    assert result.stderr == (
        "digest: DATABASE_REPLICA_URL names a replica in PostgreSQL: it and DATABASE_URL must both "
        "be postgres://… addresses.\n"
    )


def test_the_secret_of_a_development_machine_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(kept_secret, [path] * 8))
    assert found == {path.read_text()}
    assert len(path.read_text()) >= 50
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
