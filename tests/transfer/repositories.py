"""Repositories made for a test, by git itself."""

import os
import subprocess
from collections.abc import Callable
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


class Workshop:
    """A remote, the desk's clone of it, and somebody else's."""

    def __init__(self, root: Path, text: str) -> None:
        self.root = root
        self.remote = str(root / "remote.git")
        first = Repo(root / "first")
        first.write(text)
        first.commit("First")
        first.git("clone", "--quiet", "--bare", str(first.folder), self.remote)
        self.desk = self._cloned("desk")
        self.other = self._cloned("other")

    def remote_head(self) -> str:
        return self.desk.git("--git-dir", self.remote, "rev-parse", "main").strip()

    def contribute(self, change: Callable[[str], str], *, push: bool = True) -> str:
        """Let somebody else change the list, and push it; return the commit."""
        self.other.git("pull", "--quiet", "--ff-only")
        path = self.other.folder / "README.md"
        path.write_bytes(change(path.read_bytes().decode()).encode())
        commit = self.other.commit("A contribution", name="Contributor", email="c@example.org")
        if push:
            self.other.git("push", "--quiet", "origin", "main")
        return commit

    def overtake_before(self, change: Callable[[str], str]) -> None:
        """Let somebody else be faster: the desk fetches from a mirror that lags behind."""
        mirror = str(self.root / "mirror.git")
        self.desk.git("clone", "--quiet", "--bare", self.remote, mirror)
        self.desk.git("remote", "set-url", "--push", "origin", self.remote)
        self.desk.git("remote", "set-url", "origin", mirror)
        self.contribute(change)

    def overtake_within(self, change: Callable[[str], str]) -> None:
        """Let somebody else be faster: their commit arrives while the next push is under way."""
        commit = self.contribute(change, push=False)
        self.other.git("push", "--quiet", "origin", f"{commit}:refs/heads/faster")
        hook = self.root / "remote.git" / "hooks" / "pre-receive"
        hook.write_text(
            "#!/bin/sh\n"
            "unset GIT_QUARANTINE_PATH\n"
            f"rm {hook} && git update-ref refs/heads/main {commit}\n"
        )
        hook.chmod(0o755)

    def _cloned(self, name: str) -> Repo:
        repo = Repo(self.root / name)
        repo.git("remote", "add", "origin", self.remote)
        repo.git("fetch", "--quiet")
        repo.git("checkout", "--quiet", "-B", "main", "--track", "origin/main")
        repo.git("config", "user.name", "Digest")
        repo.git("config", "user.email", "digest@example.org")
        return repo
