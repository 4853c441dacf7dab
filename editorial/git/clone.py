"""A clone with files: its branch and the remote's, commits made beside them, and moved to.

A commit is made of objects alone; files and branch change in one step at the end.  That step is
noted in a ref before it begins, so that the next run can finish what was stopped in the middle.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from editorial.git.client import NETWORK_SECONDS, GitError, Repository, reason

_STEP = "refs/digest/step/"  # + the branch: where it was being moved to
_RESCUED = "refs/digest/rescued"
_PLAIN = "100644"
# What git says of a push that somebody else was faster than.
_OVERTAKEN = ("[rejected]", "failed to update ref", "cannot lock ref")


@dataclass(frozen=True)
class Branch:
    """The branch that is checked out, and the one of a remote that it follows."""

    name: str
    remote: str
    remote_ref: str
    tracking: str

    def __str__(self) -> str:
        """Name the remote's branch as git does."""
        return self.tracking.removeprefix("refs/remotes/")


class Clone(Repository):
    """A repository with its files checked out."""

    def __init__(self, folder: str | Path) -> None:
        """Open it; a repository without files is refused."""
        super().__init__(folder)
        if self.run("rev-parse", "--is-bare-repository").strip() != "false":
            raise GitError(f"{folder} has no files: name a clone of it (git clone {folder} DIR)")
        self.git_dir = Path(self.run("rev-parse", "--absolute-git-dir").removesuffix("\n"))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs away; a process that ends lets go, however it ends."""
        with (self.git_dir / "digest-sync.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise GitError(
                    f"{self.folder}: another sync is at work here; wait until it ends"
                ) from None
            yield

    def branch(self, wanted: str | None) -> Branch:
        """Return the branch that is checked out, or refuse what cannot be kept in step."""
        head = self.attempt("symbolic-ref", "--quiet", "HEAD")
        ref = head.stdout.decode(errors="replace").removesuffix("\n")
        name = ref.removeprefix("refs/heads/")
        if head.returncode:
            raise GitError(
                f"{self.folder} is on no branch (detached HEAD); "
                f"switch to one: git -C {self.folder} switch {wanted or 'main'}"
            )
        if wanted not in (None, name):
            raise GitError(
                f"{self.folder} is on the branch {name}; "
                f"switch to the other: git -C {self.folder} switch {wanted}"
            )
        if self.attempt("rev-parse", "--quiet", "--verify", "HEAD").returncode:
            raise GitError(
                f"{self.folder}: the branch {name} has no commit yet; make the first one"
            )
        fields = "%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)"
        found = self.run("for-each-ref", f"--format={fields}", ref).removesuffix("\n").split("\0")
        if len(found) != 3 or not all(found):
            raise GitError(
                f"{self.folder}: the branch {name} follows no branch of a remote; let it: "
                f"git -C {self.folder} branch --set-upstream-to=origin/{name}"
            )
        return Branch(name, *found)

    def refuse_locked(self) -> None:
        """Refuse where git is at work, or was killed."""
        lock = self.git_dir / "index.lock"
        if lock.exists():
            raise GitError(
                f"{lock} says that git is at work here; wait until it ends or, "
                "if it was killed, delete that file"
            )

    def refuse_unclean(self) -> None:
        """Refuse files that differ from the last commit, and a merge begun."""
        if self.attempt("rev-parse", "--quiet", "--verify", "MERGE_HEAD").returncode == 0:
            raise GitError(
                f"{self.folder} is in the middle of a merge; end it: "
                f"git -C {self.folder} merge --continue, or --abort"
            )
        changed = self.run("status", "--porcelain", "-z", "--untracked-files=no")
        if changed:
            names = [entry[3:] for entry in changed.split("\0") if entry[2:3] == " "]
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise GitError(
                f"{self.folder} has changes that are not committed ({', '.join(names[:3])}{more}); "
                "commit them, or put them aside with: git stash"
            )

    def fetch(self, branch: Branch) -> str:
        """Fetch what the remote has of the branch; return its newest commit."""
        done = self.attempt(
            *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules"),
            *("--", branch.remote, f"+{branch.remote_ref}:{branch.tracking}"),
            timeout=NETWORK_SECONDS,
        )
        if done.returncode:
            raise GitError(
                f"{self.folder}: cannot fetch {branch}: {reason(done.stderr)}; "
                f"see: git -C {self.folder} remote -v"
            )
        return self.commit_of(branch.tracking)

    def commit_of(self, name: str) -> str:
        """Return the full hash of a commit."""
        return self.run("rev-parse", "--verify", f"{name}^{{commit}}").strip()

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether one commit is in the other's past, or the same."""
        return self.attempt("merge-base", "--is-ancestor", one, other).returncode == 0

    def count(self, since: str, until: str) -> int:
        """Return how many commits one has more than the other."""
        return int(self.run("rev-list", "--count", f"{since}..{until}"))

    def merged(self, ours: str, base: str, theirs: str) -> str:
        """Return a text that two sides changed with the changes of both, as git merges files.

        Where they changed the same lines, theirs stand.
        """
        with TemporaryDirectory(prefix="digest-merge-") as folder:
            files = [Path(folder) / name for name in ("ours", "base", "theirs")]
            for file, text in zip(files, (ours, base, theirs), strict=True):
                file.write_bytes(text.encode())
            names = [str(file) for file in files]
            return self.output("merge-file", "-p", "-q", "--theirs", "--", *names).decode()

    def paths(self, commit: str) -> set[str]:
        """Return the files of a commit."""
        listed = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        return {path for path in listed.split("\0") if path}

    def commit(self, parent: str, files: Mapping[str, bytes | None], message: str) -> str:
        """Make a commit with these files changed (None: removed).

        Neither branch nor files know of it yet; no filter sees the contents, so they are kept byte
        for byte.  The caller holds the clone.
        """
        index = self.git_dir / "digest-sync-index"
        for left in (index, index.with_suffix(".lock")):  # by a run that was killed
            left.unlink(missing_ok=True)
        environment = {"GIT_INDEX_FILE": str(index)}
        try:
            self.run("read-tree", parent, environment=environment)
            lines = [self._index_line(parent, path, content) for path, content in files.items()]
            given = "".join(lines).encode(errors="surrogateescape")
            self.run("update-index", "-z", "--index-info", given=given, environment=environment)
            tree = self.run("write-tree", environment=environment).strip()
        finally:
            index.unlink(missing_ok=True)
        made = self.attempt("commit-tree", tree, "-p", parent, "-F", "-", given=message.encode())
        if made.returncode:
            raise GitError(
                f"{self.folder}: git cannot commit: {reason(made.stderr)}; say who commits: "
                f"git -C {self.folder} config user.name NAME, and user.email ADDRESS"
            )
        return made.stdout.decode().strip()

    def _index_line(self, parent: str, path: str, content: bytes | None) -> str:
        if content is None:
            return f"0 {'0' * len(parent)}\t{path}\0"
        blob = self.run("hash-object", "-w", "--no-filters", "--stdin", given=content).strip()
        return f"{self.mode(parent, path) or _PLAIN} {blob}\t{path}\0"

    def push(self, branch: Branch, commit: str) -> None:
        """Let the remote's branch be this commit, or raise GitError with what to do."""
        done = self.attempt(
            *("push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"),
            *("--", branch.remote, f"{commit}:{branch.remote_ref}"),
            timeout=NETWORK_SECONDS,
        )
        if done.returncode:
            said = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
            if any(sign in said for sign in _OVERTAKEN):
                raise GitError(
                    f"{branch} has got other commits meanwhile, so the push was rejected; "
                    "run the same command again: it takes them in first"
                )
            raise GitError(
                f"{self.folder}: the push to {branch} failed: {_refusal(said)}; "
                "run the same command again when that is mended"
            )
        self.run("update-ref", branch.tracking, commit)

    def move_to(self, branch: Branch, commit: str) -> None:
        """Let branch and files be this commit; changes that are not committed are never touched."""
        step = f"{_STEP}{branch.name}"
        self.run("update-ref", step, commit)
        done = self.attempt("reset", "--quiet", "--keep", commit)
        if done.returncode >= 0:  # it was not killed, so files and branch are of one commit
            self.run("update-ref", "-d", step)
        if done.returncode:
            raise GitError(
                f"{self.folder}: git reset --keep failed: {reason(done.stderr)}; "
                "move away what is in its way, then run the same command again"
            )

    def finish_step(self, branch: Branch) -> str:
        """Finish a step that was killed; return what to tell, "" if there was none.

        The files may be those of either commit or half written.  What somebody has changed since
        cannot be told from that, so all of it is kept in a ref first.
        """
        step = f"{_STEP}{branch.name}"
        found = self.attempt("rev-parse", "--quiet", "--verify", step)
        if found.returncode:
            return ""
        commit, told = found.stdout.decode().strip(), ""
        if self.is_ancestor("HEAD", commit):
            told = "finished what was stopped"
            if kept := self.run("stash", "create").strip():
                self.run("update-ref", _RESCUED, kept)
                told += f" (files as they stood are in {_RESCUED}, see git stash apply)"
            self.run("reset", "--quiet", "--hard", commit)
        self.run("update-ref", "-d", step)
        return told


def _refusal(said: str) -> str:
    """Return what the remote said, in one line."""
    lines = [line.strip() for line in said.splitlines()]
    told = [line for line in lines if line.startswith(("remote: ", "fatal: ", "error: ", "!"))]
    return " ".join(told or lines[-1:])[:300]
