"""Real ``git``, called with lists of arguments: no shell, no prompt, no hooks, never for ever.

What comes from a repository (names of files, branches and people, texts of commits) is data: it
reaches git behind an option that ends options, or as a full hash.  What stands in the clone's own
``.git/config`` is trusted as git trusts it, for a clone has none but its owner's.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

LOCAL_SECONDS = 60
NETWORK_SECONDS = 300
_GRACE_SECONDS = 5
# Nothing that git would run on the way: hooks, monitors, helpers of odd protocols, signature tools.
_SAFE = (
    "--no-pager",
    "--literal-pathspecs",
    "--no-replace-objects",
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.quotePath=false"),
    *("-c", "color.ui=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "submodule.recurse=false"),
    *("-c", "maintenance.auto=false"),
)
# What would point git to another repository than the one it is told.
_FOREIGN = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
}
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class GitError(Exception):
    """Git, or what it found, does not allow this; the message says what to do."""


@dataclass(frozen=True)
class Commit:
    """A commit that touched a file; ``path`` is the file's name then, None where it was removed."""

    sha: str
    at: datetime
    name: str
    email: str
    subject: str
    path: str | None

    def __str__(self) -> str:
        """Name it as people do."""
        return f"{self.sha[:10]} “{self.subject}” ({self.name}, {self.at:%Y-%m-%d})"


class Repository:
    """A repository on this machine.  Every method raises GitError where git refuses."""

    def __init__(self, folder: str | Path) -> None:
        """Open the repository that this folder is in; its ``folder`` is the topmost one."""
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise GitError(f"{folder}: there is no such folder; name a clone with --repo DIR")
        if self.run("rev-parse", "--is-bare-repository").strip() == "false":
            self.folder = Path(self.run("rev-parse", "--show-toplevel").removesuffix("\n"))

    def run(
        self,
        *args: str,
        given: bytes | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: int = LOCAL_SECONDS,
    ) -> str:
        """Return what git prints."""
        return self.output(*args, given=given, environment=environment, timeout=timeout).decode(
            errors="replace"
        )

    def output(
        self,
        *args: str,
        given: bytes | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: int = LOCAL_SECONDS,
    ) -> bytes:
        """Return what git prints, as bytes."""
        done = self.attempt(*args, given=given, environment=environment, timeout=timeout)
        if done.returncode:
            raise GitError(f"{self.folder}: git {args[0]} failed: {reason(done.stderr)}")
        return done.stdout

    def attempt(
        self,
        *args: str,
        given: bytes | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: int = LOCAL_SECONDS,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git; a failure is for the caller to judge."""
        try:
            process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                ["git", *_SAFE, "-C", str(self.folder), *args],  # noqa: S607 - the git of PATH
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment() | dict(environment or {}),
                start_new_session=True,
            )
        except FileNotFoundError:
            raise GitError("git is not installed; install it and try again") from None
        with process:
            try:
                out, err = process.communicate(given or b"", timeout=timeout)
            except BaseException as stop:
                _end(process)
                if isinstance(stop, subprocess.TimeoutExpired):
                    raise GitError(
                        f"{self.folder}: git {args[0]} took more than {timeout} s and was stopped; "
                        "see whether the remote answers, then run the same command again"
                    ) from None
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def history(self, path: str) -> list[Commit]:
        """Return the commits of the branch that touched this file, oldest first.

        Its earlier names are followed; a merge counts as one change, of the day it was merged.
        """
        out = self.output(
            *("log", "--first-parent", "--follow", "--name-status", "-z"),
            "--format=%H%x00%at%x00%aN%x00%aE%x00%s",
            *("HEAD", "--", relative(path)),
        )
        return list(_commits(out.decode(errors="replace").split("\0")))[::-1]

    def blob(self, sha: str, path: str) -> bytes | None:
        """Return a file as it was at a commit; None if there was none, or no plain one."""
        if not self.mode(sha, path).startswith("100"):
            return None
        return self.output("cat-file", "blob", f"{sha}:{path}")

    def mode(self, sha: str, path: str) -> str:
        """Return what git calls a file's mode at a commit (100644: plain); "" if there is none."""
        return self.run("ls-tree", "-z", "--full-tree", sha, "--", path).partition(" ")[0]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it has started to reach a remote; it may clean up its locks first."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)


def relative(path: str) -> str:
    """Return a path inside a repository as git writes it, or refuse it."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or ".git" in pure.parts:
        raise GitError(f"{path}: name the list by its path inside the repository, as README.md")
    return str(pure)


def _commits(tokens: Sequence[str]) -> Iterator[Commit]:
    """Read what ``log -z --name-status`` prints: five fields, then a status and one or two paths.

    Where a merge brings no change git prints no status.
    """
    rest = iter(tokens)
    sha = next(rest, "")
    while sha:
        at, name, email, subject = (next(rest) for _ in range(4))
        path: str | None = None
        status = next(rest, "")
        if status.startswith("\n"):
            path = next(rest)
            if status[1] in "RC":
                path = next(rest)
            if status[1] == "D":
                path = None
            status = next(rest, "")
        yield Commit(sha, _moment(at), name, email, subject, path)
        sha = status


def _moment(seconds: str) -> datetime:
    """Return a commit's time; a clock that was ahead of today counts as today's."""
    now = datetime.now(UTC)
    try:
        at = min(max(int(seconds), 0), int(_LATEST))
    except ValueError:
        return now
    return min(datetime.fromtimestamp(at, UTC), now)


def _environment() -> dict[str, str]:
    """Return this process's environment without what would mislead git or let it ask questions."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "false", "LC_ALL": "C.UTF-8"}


def reason(stderr: bytes) -> str:
    """Return what git said, in one line."""
    lines = stderr.decode(errors="replace").splitlines()
    said = [line for line in lines if line.startswith(("fatal: ", "error: "))] or lines[-1:]
    return " ".join(said).removeprefix("fatal: ").removeprefix("error: ") or "it gave no reason"
