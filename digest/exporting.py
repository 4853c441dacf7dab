"""The live list as a README file: written whole or not at all, or compared with what is there."""

import os
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from digest import mirror
from digest.models import Readme
from digest.readme import canonical, chunks

_ATTEMPTS = 5


def readme(*, in_house_style: bool = False) -> str:
    """Return the live list as README text, of one moment.

    The rows are read in several queries; when somebody publishes in between they are read again.
    """
    for _ in range(_ATTEMPTS):
        version = Readme.objects.values_list("version", flat=True).get(pk=1)
        parts = chunks(canonical(mirror.document())) if in_house_style else mirror.chunks()
        text = "".join(parts)
        if Readme.objects.filter(pk=1, version=version).exists():
            break
    return text


def write(path: Path, text: str) -> bool:
    """Write the file, by a rename so that nobody ever sees half of it; False if it is so already.

    The file keeps its permissions; a link is followed.  Raises OSError.
    """
    content = text.encode()
    path = path.resolve()
    if path.is_file() and path.read_bytes() == content:
        return False
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def differences(path: Path, text: str) -> Iterator[str]:
    """Yield the unified diff from the file to the text, line by line; nothing if they are equal."""
    current = path.read_bytes().decode(errors="surrogateescape")
    if current == text:
        return
    before, after = _lines(current), _lines(text)
    for line in unified_diff(before, after, str(path), f"{path} (live)"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Part at LF alone, as diff does: ``splitlines`` would also part at U+2028 and the like."""
    return [part for part in text.replace("\n", "\n\0").split("\0") if part]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
