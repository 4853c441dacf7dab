"""The live list as a README file: written whole or not at all, or compared with what is there."""

import glob
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from django.dispatch import Signal

from digest import mirror, unified
from digest.models import Readme
from digest.readme import canonical, chunks
from digest.readme.rules import fix

_ATTEMPTS = 5
_DRAFT = ".draft"
_DRAFT_SECONDS = 24 * 60 * 60  # nobody is at work so long
_Read = TypeVar("_Read")

# Sent when a file has become the live list, as it stood at this ``version`` (see ``version``).
written = Signal()


def version() -> int:
    """Return how often the list was published to: what is read while it stays is of one moment."""
    number: int = Readme.objects.values_list("version", flat=True).get(pk=1)
    return number


def readme(*, in_house_style: bool = False) -> str:
    """Return the live list as README text, of one moment.

    In the house style it breaks no rule that has a fix.
    """

    def read() -> str:
        return "".join(chunks(canonical(mirror.document())) if in_house_style else mirror.chunks())

    text = at_one_moment(read)
    return fix(text) if in_house_style else text


def at_one_moment(read: Callable[[], _Read]) -> _Read:
    """Return what ``read`` reads of the live list in several queries.

    When somebody publishes in between, it is read again.
    """
    for _ in range(_ATTEMPTS):
        version = Readme.objects.values_list("version", flat=True).get(pk=1)
        result = read()
        if Readme.objects.filter(pk=1, version=version).exists():
            break
    return result


def write(path: Path, text: str) -> bool:
    """Write the file, by a rename so that nobody ever sees half of it; False if it is so already.

    The file keeps its permissions; a link is followed.  Raises OSError.
    """
    return bool(write_all({path: text}))


def write_all(texts: Mapping[Path, str]) -> list[Path]:
    """Write these files as ``write`` does, the first one last; return those that were not so.

    None takes its place before all of them are on the disk.  Drafts that were left beside them by
    runs that were killed a day ago or earlier are removed.
    """
    for path in texts:
        _forget_drafts(path.resolve())
    drafts: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            if not path.is_file() or path.read_bytes() != text.encode():
                drafts[path] = _draft(path.resolve(), text.encode())
        for path in reversed(drafts):
            drafts[path].replace(path.resolve())
    except BaseException:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise
    return list(drafts)


def _draft(path: Path, content: bytes) -> Path:
    """Write what will be the file beside it, and return where."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask()
    handle, name = tempfile.mkstemp(_DRAFT, f".{path.name}.", path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(mode)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _forget_drafts(path: Path) -> None:
    for draft in path.parent.glob(f".{glob.escape(path.name)}.????????{_DRAFT}"):
        with suppress(FileNotFoundError):  # somebody else was first
            if time.time() - draft.stat().st_mtime > _DRAFT_SECONDS:
                draft.unlink()


def differences(path: Path, text: str) -> Iterator[str]:
    """Yield the unified diff from the file to the text, line by line; nothing if they are equal."""
    current = path.read_bytes().decode(errors="surrogateescape")
    if current == text:
        return
    yield f"--- {path}\n"
    yield f"+++ {path} (live)\n"
    yield from unified.hunks(current, text)


def umask() -> int:
    """Return the permissions that this process takes away from new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
