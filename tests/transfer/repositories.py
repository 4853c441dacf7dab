"""Repositories made for a test, by git itself."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2023, 5, 25, 6, 0, tzinfo=UTC)


class Repo:
    """A repository whose commits are a day apart."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.days = 0
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *args: str, **environment: str) -> str:
        done = subprocess.run(
            ["git", *args],
            cwd=self.folder,
            env=os.environ | IDENTITY | environment,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    def write(self, content: str | bytes, path: str = "README.md") -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def commit(self, message: str, *, name: str = "Keeper", email: str = "k@example.org") -> str:
        """Commit all that there is, a day after the last commit; return the hash."""
        at = self.moment(self.days).isoformat()
        self.days += 1
        self.git("add", "--all")
        self.git(
            *("commit", "--quiet", "--allow-empty", "-m", message, f"--author={name} <{email}>"),
            GIT_AUTHOR_DATE=at,
            GIT_COMMITTER_DATE=at,
        )
        return self.head()

    def head(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", name).strip()

    @staticmethod
    def moment(day: int) -> datetime:
        return BEGIN + timedelta(days=day)


# Nobody's own settings: git on a test machine may sign, hook or rewrite line ends.
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Keeper",
    "GIT_AUTHOR_EMAIL": "k@example.org",
    "GIT_COMMITTER_NAME": "Keeper",
    "GIT_COMMITTER_EMAIL": "k@example.org",
}
