"""Settings of the Wagtail site: production, with the papers, and SQLite as Digest has it."""
# mypy: ignore-errors

import os

from .base import DATABASES, INSTALLED_APPS

SECRET_KEY = "only measured, never served"
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "papers"]
if os.environ.get("WAL") == "1":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
