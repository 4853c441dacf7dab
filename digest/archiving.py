"""A list too long for one file: which entries move to archives, and the files written and read."""

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.utils import timezone

from digest import exporting, mirror
from digest.files import UnreadableError, read_text
from digest.models import Article
from digest.readme import Document, house, render
from digest.readme.joining import Joined, archive_of, is_split, join
from digest.readme.rules.whitespace import NEAR
from digest.readme.splitting import SplitError, split

_LINE_BYTES = 200  # what the line that leads to moved entries has at most, besides its addresses


@dataclass(frozen=True)
class Rule:
    """Archives by "section" or "year"; the README gets as near to ``limit`` bytes as it may."""

    by: str
    limit: int = NEAR


class _Placed(NamedTuple):
    """An entry in the list: its day, its section, its place there, and its bytes."""

    at: datetime
    slug: str
    place: int
    size: int


def files(name: str, rule: Rule | None) -> dict[str, str]:
    """Return the live list, of one moment, as files by their paths: the README, then archives."""
    if rule is None:
        return {name: exporting.readme()}

    def read() -> tuple[Document, list[tuple[datetime, str]]]:
        rows = Article.objects.published().order_by(*mirror.ORDER)
        return mirror.document(), list(rows.values_list("published_at", "category__slug"))

    document, rows = exporting.at_one_moment(read)
    return split(document, archives(document, rows, rule, name), name)


def archives(
    document: Document, rows: Sequence[tuple[datetime, str]], rule: Rule, name: str
) -> list[str | None]:
    """Return for each entry the archive that it moves to; None for those that stay.

    The oldest move until the README fits: by year the whole of a year, the last one aside.  Of two
    of one day the one further down in its section is the older one.  ``rows`` has day and section's
    slug of each entry.
    """
    size = len(render(document).encode())
    placed = _placed(document, rows)
    oldest_first = sorted(
        range(len(placed)), key=lambda index: (placed[index].at, -placed[index].place, -index)
    )
    paths = [_path(entry, rule, Path(name).stem) for entry in placed]
    cuts = list(_cuts([paths[index] for index in oldest_first], whole=rule.by == "year"))

    def left(cut: int) -> int:
        moved = set(oldest_first[:cut])
        lines = (
            _LINE_BYTES + 2 * len(path.encode()) + 4 * len(document.sections[section].title)
            for (section, path), _ in groupby(_runs(document, paths, moved))
            if path
        )
        return size - sum(placed[index].size for index in moved) + sum(lines)

    fits = bisect_left(cuts, -rule.limit, key=lambda cut: -left(cut))
    moved = set(oldest_first[: cuts[min(fits, len(cuts) - 1)]])
    return [path if index in moved else None for index, path in enumerate(paths)]


def _placed(document: Document, rows: Sequence[tuple[datetime, str]]) -> list[_Placed]:
    days = iter(rows)
    return [
        _Placed(*next(days), place, len((entry.source or house.entry(entry, place)).encode()))
        for section in document.sections
        for place, entry in enumerate(section.entries, 1)
    ]


def _runs(
    document: Document, paths: Sequence[str], moved: set[int]
) -> Iterator[tuple[int, str | None]]:
    """Yield for each entry its section and the archive that it moves to."""
    index = 0
    for number, section in enumerate(document.sections):
        for _ in section.entries:
            yield number, paths[index] if index in moved else None
            index += 1


def _path(entry: _Placed, rule: Rule, stem: str) -> str:
    key = entry.slug if rule.by == "section" else timezone.localtime(entry.at).year
    return f"{stem}-{key}.md"  # beside the README, for that is where paths of pictures begin


def _cuts(paths: Sequence[str], *, whole: bool) -> Iterator[int]:
    """Yield how many entries may move: none, …, all; ``whole`` archives but for the last one."""
    for index, path in enumerate(paths):
        if not whole or path == paths[-1] or index == 0 or path != paths[index - 1]:
            yield index
    yield len(paths)


def write(path: Path, wanted: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Write the files of a list, the README at ``path``; yield each with what became of it.

    All are drafted before the first takes its place, and the README is the last to do so: what is
    stopped in between leaves a README that fits no archive, which an import refuses and the next
    export mends.  Archives that are none any more are removed.  Raises OSError and SplitError.
    """
    targets = {_inside(path, name): text for name, text in wanted.items()}
    stale = list(_stale(path, targets))
    _refuse_foreign(path, targets)
    yield from ((target, "written") for target in exporting.write_all(targets))
    for old in stale:
        old.unlink()
        yield old, "removed"


def differences(path: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """Yield the unified diffs from the files to those of the list.  Raises OSError, SplitError."""
    targets = {_inside(path, name): text for name, text in wanted.items()}
    for target, text in targets.items():
        missing = target != path and not target.exists()
        yield from exporting.differences(Path(os.devnull) if missing else target, text)
    for old in _stale(path, targets):
        yield from exporting.differences(old, "")


def read(path: str) -> Joined:
    """Return the list that this file is, its archives included ("-" is standard input).

    Raises UnreadableError for what is no text, and for files that do not fit together.
    """
    text = read_text(path)
    if not is_split(text):
        return Joined(text, path)
    if path == "-":
        raise UnreadableError("-: entries of this README are in archives; give its path instead")

    def read_archive(name: str) -> str:
        return read_text(str(_inside(Path(path), name)))

    whole = joined(text, path, read_archive)
    named = {origin.path: str(_inside(Path(path), origin.path)) for origin in whole.origins}
    named[path] = path
    origins = tuple(origin._replace(path=named[origin.path]) for origin in whole.origins)
    return replace(whole, origins=origins)


def joined(text: str, name: str, read_archive: Callable[[str], str]) -> Joined:
    """Join a list (see ``joining.join``); files that do not fit together are unreadable."""
    try:
        return join(text, name, read_archive)
    except SplitError as misfit:
        raise UnreadableError(str(misfit)) from None


def refuse_split(path: Path) -> None:
    """Refuse to take a README for one file that has archives.  Raises SplitError and OSError."""
    if path.is_file():
        refuse_split_text(_lenient(path), str(path))


def refuse_split_text(text: str, path: str) -> None:
    """Refuse to take this README for one file if it has archives.  Raises SplitError."""
    if is_split(text):
        raise SplitError(
            f"{path} is split into archives: say --split section or --split year; to write one "
            "file again, remove it first"
        )


def _inside(path: Path, name: str) -> Path:
    """Return where a file of the list is, which may be nowhere but below the README's folder."""
    folder = path.parent.resolve()
    if name == path.name:
        return path
    if not (folder / name).resolve().is_relative_to(folder):
        raise SplitError(f"{path}: {name} is outside of the README's folder")
    return path.parent / name


def _stale(path: Path, targets: Mapping[Path, str]) -> Iterator[Path]:
    """Yield the README's archives that the list has no more."""
    for old in sorted(path.parent.iterdir()):
        named_so = old not in targets and may_be_archive(old.name, path.name)
        if named_so and archive_of(_lenient(old)) == path.name:
            yield old


def may_be_archive(path: str, readme: str) -> bool:
    """Whether a file has such a name as a README's archives have."""
    stem, name = PurePosixPath(readme).stem, PurePosixPath(path).name
    return name.startswith(f"{stem}-") and name.endswith(".md")


def _lenient(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def _refuse_foreign(path: Path, targets: Mapping[Path, str]) -> None:
    for target in targets:
        if target != path and target.exists():
            refuse_foreign_text(_lenient(target), str(target), path.name)


def refuse_foreign_text(text: str, path: str, readme: str) -> None:
    """Refuse to write an archive over a file that is none.  Raises SplitError."""
    if archive_of(text) != readme:
        raise SplitError(
            f"{path}: this file is no archive of {readme}; move it away, so that one can be "
            "written there"
        )
