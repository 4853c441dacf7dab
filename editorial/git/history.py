"""A list's history: each version that a repository has of it, published as it was then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from digest import archiving, mirror
from digest.files import UnreadableError, decoded, refuse_nul
from digest.models import Article, Category, Passage, Readme
from editorial import actions
from editorial.git.client import Commit, GitError, Repository, relative
from editorial.incoming import Origin, import_version
from editorial.models import Revision, Upstream

Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What a replay did, or would do: versions taken in, and those left out with the reason."""

    taken: list[Commit] = field(default_factory=list)
    skipped: list[tuple[Commit, str]] = field(default_factory=list)
    known: int = 0


def import_history(
    repository: Repository,
    path: str,
    user: User,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Replay the history of a file, oldest version first, each in a transaction of its own.

    What was taken in before is left, so a run that was stopped goes on where it was and another one
    changes nothing.  ``progress`` is called with (done, of) versions.  Raises GitError where the
    desk's list is not what this history came to, and ``actions.Refused``.
    """
    actions.refuse_without(user, "editorial.publish_revision")
    commits = repository.history(path)
    if not commits:
        raise GitError(f"{path}: no commit of this branch has such a file; see git log --all")
    report = Report(known=_known(repository, commits))
    versions = commits[report.known :]
    replay = _Replay(repository, user, Readme.objects.get(pk=1).version)
    for number, commit in enumerate(versions, 1):
        try:
            text = text_at(repository, commit)
        except UnreadableError as broken:
            reason, _, _remedy = str(broken).partition(";")  # a commit cannot be mended
            report.skipped.append((commit, reason))
        else:
            if not dry_run:
                replay.take(commit, text)
            report.taken.append(commit)
        if progress:
            progress(number, len(versions))
    return report


def text_at(repository: Repository, commit: Commit) -> str:
    """Return the list as it was at this commit, or raise UnreadableError with the reason."""
    if commit.path is None:
        raise UnreadableError("the file was removed")
    return list_at(repository, commit.sha, commit.path)


def list_at(repository: Repository, sha: str, path: str) -> str:
    """Return the list that a file and its archives were at a commit; raises UnreadableError."""
    folder = PurePosixPath(path).parent

    def read(path: str) -> str:
        content = repository.blob(sha, path)
        if content is None:
            raise UnreadableError(f"{path}: not a plain file")
        return decoded(content, path)

    def read_archive(name: str) -> str:
        try:
            return read(relative(str(folder / name)))
        except GitError as outside:
            raise UnreadableError(str(outside)) from None

    text = archiving.joined(read(path), path, read_archive).text
    refuse_nul(text, path)
    return text


def _known(repository: Repository, commits: list[Commit]) -> int:
    """Return how many of these versions the desk has, or refuse to go on from where it is."""
    upstream = Upstream.objects.filter(pk=1).first()
    if upstream is None:
        if _has_a_list():
            raise GitError(
                "the desk has a list already, and a history can only be the beginning of one; take "
                "it into an empty database, or the newest version alone with: "
                "manage.py import_readme"
            )
        return 0
    known = [index for index, commit in enumerate(commits, 1) if commit.sha == upstream.commit]
    if not known:
        raise GitError(
            f"the desk's list comes from commit {upstream.commit[:10]} of {upstream.path}, which "
            "is not in this history; name the repository and the branch that it came from, or take "
            "the newest version in with: manage.py import_readme"
        )
    if known[0] < len(commits) and not mirror.says(text_at(repository, commits[known[0] - 1])):
        raise GitError(
            f"the list was changed at the desk since {upstream.commit[:10]} was taken in, and the "
            "versions after that would undo it; take the newest one in with: manage.py sync"
        )
    return known[0]


def _has_a_list() -> bool:
    return (
        Article.objects.exists()
        or Revision.objects.exists()
        or Category.objects.exists()
        or Passage.objects.exists()
    )


class _Replay:
    """Takes versions in, one after the other; ``list_version`` is the list's before the next."""

    def __init__(self, repository: Repository, user: User, list_version: int) -> None:
        self.repository = repository
        self.user = user
        self.list_version = list_version
        self.person = cache(_person)

    def take(self, commit: Commit, text: str) -> None:
        """Take one version in, in the name of who made it if they have an account here."""
        author = self.person(commit.email) or self.user
        may_publish = author.has_perm("editorial.publish_revision")
        note = f"Commit {commit.sha[:10]} by {commit.name}: {commit.subject}"
        with transaction.atomic():
            self._refuse_change()
            import_version(
                text,
                author if may_publish else self.user,
                Origin(author, commit.at, note),
                folder=self._folder(commit),
            )
            remember(commit.sha, commit.path or "")
            self.list_version = Readme.objects.get(pk=1).version

    def _refuse_change(self) -> None:
        """Refuse if somebody else has changed the list since the version before."""
        current = Readme.objects.select_for_update().get(pk=1).version
        if current != self.list_version:
            raise GitError("the list was changed at the desk meanwhile; run the same command again")

    def _folder(self, commit: Commit) -> Path:
        return self.repository.folder / PurePosixPath(relative(commit.path or "")).parent


def remember(sha: str, path: str) -> None:
    """Note the commit whose list the desk has taken in."""
    if not Upstream.objects.filter(pk=1, commit=sha, path=path).exists():
        now = {"commit": sha, "path": path, "taken_at": timezone.now()}
        Upstream.objects.update_or_create(pk=1, defaults=now)


def _person(email: str) -> User | None:
    """Return who has this address and may propose something, if that is one person."""
    people = list(User.objects.filter(email__iexact=email, is_active=True)[:2]) if email else []
    if len(people) != 1 or not people[0].has_perm("editorial.submit_revision"):
        return None
    return people[0]
