"""Desk and repository kept one list: what others changed comes in, what was published goes out.

Each step can be stopped and is repeated or finished by the next run.  What came in is noted in one
transaction with its revisions.  A commit that is to be pushed is no part of the branch until the
remote has taken it, so a push that is rejected leaves nothing behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction

from digest import archiving, exporting, pictures
from digest.archiving import Rule
from digest.files import UnreadableError
from digest.readme.joining import archive_of
from editorial import mail
from editorial.git.client import GitError, relative
from editorial.git.clone import Branch, Clone
from editorial.git.frames import keep_ours
from editorial.git.history import list_at, remember
from editorial.git.message import compare, counted
from editorial.incoming import import_readme
from editorial.incoming.plan import Report as Incoming
from editorial.models import Outline, Revision, Upstream
from editorial.transitions import OPEN


@dataclass(frozen=True)
class Wanted:
    """How to sync: see the options of ``manage.py sync``."""

    branch: str | None = None
    push: bool = False
    publish: bool = False
    dry_run: bool = False
    rule: Rule | None = None


@dataclass
class Report:
    """What a sync did, or would do.

    ``incoming`` is None where nothing new had to come in; ``held`` says what must be decided before
    the list goes out; ``message`` is that of the commit, if one is due.
    """

    branch: Branch
    fetched: int = 0
    finished: str = ""
    incoming: Incoming | None = None
    held: str = ""
    message: str = ""
    commit: str = ""
    pushed: bool = False


def sync(clone: Clone, path: str, user: User, wanted: Wanted) -> Report:
    """Bring the list at this path of a clone and the desk's into step.

    Raises GitError, ``actions.Refused``, SplitError and UnreadableError; then nothing has changed
    but what the steps before have finished.
    """
    path = relative(path)
    with clone.held():
        clone.refuse_locked()
        branch = clone.branch(wanted.branch)
        report = Report(branch)
        if not wanted.dry_run:
            report.finished = clone.finish_step(branch)
        clone.refuse_unclean()
        there, here = clone.fetch(branch), clone.commit_of("HEAD")
        tip = _newest(clone, branch, here, there)
        report.fetched = clone.count(here, tip)
        text = _list_at(clone, tip, path)
        if tip != here and not wanted.dry_run:
            clone.move_to(branch, tip)
        report.incoming = _take_in(clone, text, tip, path, user, wanted)
        if wanted.dry_run and report.incoming and report.incoming.writes:
            return report
        report.held = _held()
        if not report.held:
            _give_out(clone, text, tip, path, user, wanted, report)
        newest = report.commit or tip
        if wanted.push and not wanted.dry_run and not report.pushed and newest != there:
            clone.push(branch, newest)
            report.pushed = True
        return report


def _newest(clone: Clone, branch: Branch, here: str, there: str) -> str:
    """Return the newer one of two commits, or refuse branches that went different ways."""
    if clone.is_ancestor(here, there):
        return there
    if clone.is_ancestor(there, here):
        return here
    raise GitError(
        f"{branch.name} and {branch} have gone different ways; bring them together: "
        f"git -C {clone.folder} pull --rebase, then run the same command again"
    )


def _list_at(clone: Clone, commit: str, path: str) -> str:
    if not clone.mode(commit, path):
        raise GitError(
            f"{clone.folder} has no {path}; if that is its name, begin it: manage.py export_readme "
            f"{clone.folder / path}, and commit it"
        )
    return list_at(clone, commit, path)


def _take_in(
    clone: Clone, text: str, tip: str, path: str, user: User, wanted: Wanted
) -> Incoming | None:
    folder = clone.folder / PurePosixPath(path).parent
    if Upstream.objects.filter(pk=1, commit=tip, path=path).exists():
        return None
    if wanted.dry_run:
        return import_readme(text, user, publish=wanted.publish, dry_run=True, folder=folder)
    ours, base = exporting.readme(), _base(clone)
    with mail.together(), transaction.atomic():
        report = import_readme(text, user, publish=wanted.publish, folder=folder)
        if base is not None:
            keep_ours(clone, base=base, ours=ours, theirs=text, user=user, publish=wanted.publish)
        remember(tip, path)
    return report


def _base(clone: Clone) -> str | None:
    """Return the list that came in last; None if there is none any more in this clone."""
    upstream = Upstream.objects.filter(pk=1).first()
    try:
        return list_at(clone, upstream.commit, upstream.path) if upstream else None
    except (GitError, UnreadableError):
        return None


def _held() -> str:
    """Say what of the repository's list nobody has decided about; the list out would undo it."""
    open_revisions = Revision.objects.filter(state__in=OPEN, outside_version__isnull=False).count()
    outline = Outline.objects.filter(state=Outline.State.WAITING, in_file=True).exists()
    found = [counted(open_revisions, "revision")] if open_revisions else []
    found += ["an incoming README that waits for a publisher"] if outline else []
    return " and ".join(found)


def _give_out(
    clone: Clone, text: str, tip: str, path: str, user: User, wanted: Wanted, report: Report
) -> None:
    """Commit the live list, push the commit if asked, and note that both sides are one."""
    version = exporting.version()
    files = {
        name: content
        for name, content in _files(clone, tip, path, wanted.rule)
        if content is None or content != clone.blob(tip, name)
    }
    if files:
        report.message = compare(text, user).message()
    if wanted.dry_run:
        return
    if files:
        commit = clone.commit(tip, files, report.message)
        if wanted.push:
            clone.push(report.branch, commit)
            report.pushed = True
        clone.move_to(report.branch, commit)
        report.commit = commit
    exporting.written.send(Report, version=version)
    remember(report.commit or tip, path)


def _files(
    clone: Clone, tip: str, path: str, rule: Rule | None
) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files of the live list by their paths in the repository; None is removed."""
    readme, there = PurePosixPath(path), clone.paths(tip)
    if rule is None:
        archiving.refuse_split_text(_read(clone, tip, path), path)
    wanted = archiving.files(readme.name, rule)
    for name, text in wanted.items():
        target = str(readme.with_name(name))
        if name != readme.name and target in there:
            archiving.refuse_foreign_text(_read(clone, tip, target), target, readme.name)
        yield target, text.encode()
    for other in there:
        if PurePosixPath(other).parent == readme.parent and archiving.may_be_archive(other, path):
            name = PurePosixPath(other).name
            if name not in wanted and archive_of(_read(clone, tip, other)) == readme.name:
                yield other, None
    root = clone.folder.resolve()
    for _src, file, stored in pictures.named(root / readme.parent):
        target = file.relative_to(root).as_posix()
        inside = ".git" not in PurePosixPath(target).parts
        if inside and target not in there and default_storage.exists(stored):
            with default_storage.open(stored) as content:
                yield target, content.read()


def _read(clone: Clone, commit: str, path: str) -> str:
    content = clone.blob(commit, path)
    if content is None:
        raise UnreadableError(f"{path}: not a plain file")
    return content.decode(errors="replace")
