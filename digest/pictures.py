"""The pictures that the README names by a path: where they lie beside it, how they get there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.core.files.storage import default_storage

from digest.exporting import umask
from digest.models import Article


def beside(src: str, folder: Path) -> Path | None:
    """Return where a README in ``folder`` names this picture; None if that is outside of it."""
    if not src or ":" in src or src.startswith("//"):
        return None
    path = (folder / unquote(src.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def write_missing(folder: Path) -> Iterator[str]:
    """Write the pictures that the live list names and the README's folder lacks; yield their names.

    A file that is there already is left as it is, and none is ever half written.  Raises OSError.
    """
    for src, path, name in named(folder):
        if not path.exists() and default_storage.exists(name):
            with default_storage.open(name) as content:
                _add(path, content)
            yield src


def named(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield the pictures that the live list names by a path, that path, and their stored names."""
    pictures = Article.objects.published().exclude(picture="").values_list("picture_src", "picture")
    for src, name in sorted(set(pictures)):
        if path := beside(src, folder):
            yield src, path, name


def _add(path: Path, content: Any) -> None:
    """Put a new file in place by a link, which is made only if its name is free."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent) as draft:
        shutil.copyfileobj(content, draft)
        draft.flush()
        os.fsync(draft.fileno())
        Path(draft.name).chmod(0o666 & ~umask())
        with suppress(FileExistsError):
            path.hardlink_to(draft.name)
