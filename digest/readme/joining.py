"""The files of a split list → the whole list, and where each of its lines stands."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import unquote

from digest.readme.grammar import HEAD
from digest.readme.splitting import SplitError

_RUN_HERE = re.compile(r"<!-- digest:run ([^\s>]+) ([0-9a-f]+(?:-\d+)?) -->")
_IN_ARCHIVE = re.compile(r"<!-- digest:(?:run ([0-9a-f]+(?:-\d+)?)|(end)|archive of (\S+)) -->")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_LINE_END = re.compile(r"[\r\n]|\Z")
_NEWLINE = re.compile(r"\r\n?|\n")


class Origin(NamedTuple):
    """From ``line`` of the whole list on, its lines are those of a file from ``its_line`` on."""

    line: int
    path: str
    its_line: int


@dataclass(frozen=True)
class Joined:
    """A whole list, and which of its lines stands where; all lines count from 1."""

    text: str
    name: str
    origins: tuple[Origin, ...] = ()

    def where(self, line: int) -> tuple[str, int]:
        """Return the file, and the line in it, that a line of the list comes from."""
        last = bisect_right(self.origins, line, key=attrgetter("line"))
        origin = self.origins[last - 1] if last else Origin(1, self.name, 1)
        return origin.path, origin.its_line + line - origin.line


def is_split(text: str) -> bool:
    """Whether entries of this README stand in archives."""
    return _RUN_HERE.search(text) is not None


def archive_of(text: str) -> str | None:
    """Return the README's path from this archive; None if it is no archive."""
    found = (match[3] for match in _IN_ARCHIVE.finditer(text[:1000]) if match[3])
    return unquote(name) if (name := next(found, None)) else None


def join(text: str, name: str, read: Callable[[str], str]) -> Joined:
    """Return the whole list of a README that may be split; ``read`` reads an archive by its path.

    Raises SplitError, and whatever ``read`` raises.
    """
    archives: dict[str, dict[str, tuple[str, int]]] = {}
    used: set[tuple[str, str]] = set()
    parts: list[str] = []
    origins: list[Origin] = []
    line = its_line = 1
    end = 0
    for mark, start, stop in _marked_lines(_RUN_HERE, text):
        path, run = unquote(mark[1]), mark[2]
        before = text[end:start]
        line, its_line = line + _lines(before), its_line + _lines(before)
        if path not in archives:
            archives[path] = _runs_in(read(path), path)
        if run not in archives[path] or (path, run) in used:
            again = "names again" if (path, run) in used else "names, and which is not there,"
            raise SplitError(
                f"{name}:{its_line}: {path} has one run {run}, which this line {again}; write the "
                "files again with: manage.py export_readme --split"
            )
        used.add((path, run))
        content, first = archives[path][run]
        origins += [Origin(line, path, first)]
        parts += [before, content]
        line, end = line + _lines(content), stop
        origins += [Origin(line + 1, name, its_line + 1)]
    for path, runs in archives.items():
        for run, (_, start) in runs.items():
            if (path, run) not in used:
                raise SplitError(
                    f"{path}:{start}: no line of {name} leads to the run {run} above here; put it "
                    "back, or write the files again with: manage.py export_readme --split"
                )
    return Joined("".join([*parts, text[end:]]), name, tuple(origins))


def _runs_in(text: str, path: str) -> dict[str, tuple[str, int]]:
    """Return an archive's runs by their names, each with its first line's number."""
    runs: dict[str, tuple[str, int]] = {}
    marks = list(_marked_lines(_IN_ARCHIVE, text))
    ends = [start for _, start, _ in marks]
    _refuse_entries(text[: ends[0]] if ends else text, path, 1)
    line = last = 0
    for (mark, _, stop), end in zip(marks, [*ends[1:], len(text)], strict=True):
        content = text[stop:end]
        start = stop + len(content) - len(content.lstrip("\r\n"))
        line, last = line + _lines(text[last:start]), start
        if not mark[1]:
            _refuse_entries(text[start:end], path, line + 1)
        elif mark[1] in runs:
            raise SplitError(f"{path}:{line + 1}: the run {mark[1]} is here twice; take one out")
        else:
            runs[mark[1]] = (content.strip("\r\n"), line + 1)
    return runs


def _marked_lines(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """Yield each mark, and where the line that it stands in begins and ends."""
    for mark in pattern.finditer(text):
        start = max(text.rfind("\n", 0, mark.start()), text.rfind("\r", 0, mark.start())) + 1
        end = _LINE_END.search(text, mark.end())
        yield mark, start, end.start() if end else len(text)


def _refuse_entries(frame: str, path: str, line: int) -> None:
    """Refuse an entry where the next export would not write it again."""
    for number, match in enumerate(_LINE.finditer(frame), line):
        if HEAD.match(match[0]):
            raise SplitError(
                f"{path}:{number}: this entry stands outside of the runs of entries that README "
                "knows; move it below the entry above, before <!-- digest:end -->"
            )


def _lines(text: str) -> int:
    return len(_NEWLINE.findall(text))
