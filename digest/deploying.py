"""System checks: the mistakes of whoever puts the site online that settings cannot refuse.

``manage.py check --deploy`` finds them; `.deploy/install` and `upgrade` stop at an error.
"""

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host

# What each id says.  E: the site would not work or not be safe; W: something would not work as
# meant; I: good to know.
SAYS = {
    "digest.E001": "ALLOWED_HOSTS takes every name: a stranger's name would stand in our links.",
    "digest.E002": "DIGEST_SITE_URL has a host that is not in ALLOWED_HOSTS.",
    "digest.E003": "The media folder cannot be written to.",
    "digest.E004": "The media folder and the folder of static files lie in each other.",
    "digest.E005": "The static files are not gathered.",
    "digest.E006": "A translation is not compiled.",
    "digest.E007": "Migrations are not applied.",
    "digest.E008": "PROMETHEUS_MULTIPROC_DIR is no folder that can be written to.",
    "digest.W001": "A variable looks like ours and is read by nobody.",
    "digest.W002": "HTTPS is on, and no proxy is believed that says whether a request came by it.",
    "digest.W003": "DIGEST_SITE_URL and DIGEST_HTTPS disagree about HTTPS.",
    "digest.W004": "Mail is sent, and the links in it have no host.",
    "digest.W005": "Several processes keep counts and pages, each its own.",
    "digest.W006": "Several processes count for /metrics, and each answers for itself alone.",
    "digest.I001": "There is no mail server: letters to editors go to the log, readers get none.",
}
LEVELS = {"E": checks.ERROR, "W": checks.WARNING, "I": checks.INFO}
PREFIXES = ("DIGEST_", "EDITORIAL_", "EMAIL_")

Found = Iterator[checks.CheckMessage]


def found(key: str, hint: str) -> checks.CheckMessage:
    """Return the message with this id."""
    return checks.CheckMessage(LEVELS[key.partition(".")[2][0]], SAYS[key], hint=hint, id=key)


@checks.register("digest", deploy=True)
def deployed(**_options: Any) -> list[checks.CheckMessage]:
    """Check what the environment says and what lies on this machine; production alone."""
    if not settings.PRODUCTION:
        return []
    return list(chain(_names(), _hosts(), _folders(), _compiled(), _processes(), _mail()))


@checks.register(checks.Tags.database, "digest", deploy=True)
def migrated(databases: Iterable[str] | None = None, **_options: Any) -> list[checks.CheckMessage]:
    """Check that the tables are those of this code."""
    messages = []
    for alias in databases or ():
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            names = ", ".join(str(migration) for migration, _ in plan[:5])
            messages.append(found("digest.E007", f"Run: manage.py migrate ({names})"))
    return messages


def _names() -> Found:
    known = settings.VARIABLES
    for name in sorted(os.environ):
        if name.startswith(PREFIXES) and name not in known:
            meant = get_close_matches(name, known, 1)
            yield found("digest.W001", f"{name}{f': is {meant[0]} meant?' if meant else ''}")


def _hosts() -> Found:
    if "*" in settings.ALLOWED_HOSTS:
        yield found("digest.E001", "Name the hosts of this site, with commas between.")
    if settings.HTTPS and not settings.BEHIND_PROXY:
        yield found(
            "digest.W002",
            "Set DIGEST_BEHIND_PROXY=1 if a proxy sets X-Forwarded-Proto; without one gunicorn "
            "needs the certificate itself, or each page leads to itself for ever.",
        )
    address = urlsplit(settings.DIGEST_SITE_URL)
    if not address.netloc:
        return
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        yield found("digest.E002", f"{address.hostname}: add it, or mend the address.")
    if (address.scheme == "https") != settings.HTTPS:
        yield found("digest.W003", settings.DIGEST_SITE_URL)


def _folders() -> Found:
    static = Path(settings.STATIC_ROOT)
    if isinstance(default_storage, FileSystemStorage):
        media = Path(default_storage.location)
        if not _writable(media):
            yield found("digest.E003", f"{media}: let the user of this process own it.")
        if media.is_relative_to(static) or static.is_relative_to(media):
            yield found("digest.E004", f"{media}: name another in DIGEST_MEDIA_ROOT.")
    if getattr(staticfiles_storage, "hashed_files", None) == {}:
        yield found("digest.E005", "Run: manage.py collectstatic")


def _writable(folder: Path) -> bool:
    """Say whether files can be made there, or it can be made itself."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _compiled() -> Found:
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).rglob("*.po")):
            if not source.with_suffix(".mo").exists():
                yield found("digest.E006", f"{source}: run manage.py compilemessages")


def _processes() -> Found:
    several = os.environ.get("WEB_CONCURRENCY", "1") not in {"", "0", "1"}
    if several and not settings.CACHE_URL:
        yield found("digest.W005", "Set CACHE_URL=redis://…, or bear that each makes each page.")
    if settings.METRICS_TOKEN and several and not settings.METRICS_FOLDER:
        yield found("digest.W006", "Set PROMETHEUS_MULTIPROC_DIR to an empty folder.")
    if settings.METRICS_FOLDER and not _writable(Path(settings.METRICS_FOLDER)):
        yield found("digest.E008", settings.METRICS_FOLDER)


def _mail() -> Found:
    if not settings.EMAIL_HOST:
        yield found("digest.I001", "Set EMAIL_HOST, if there shall be mail.")
    elif not settings.DIGEST_SITE_URL:
        yield found("digest.W004", "Set DIGEST_SITE_URL.")
