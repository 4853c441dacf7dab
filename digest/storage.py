"""Pictures on this machine's disk: each file is there whole, or it is not there."""

import os
from contextlib import suppress
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any

from django.core.files.storage import FileSystemStorage

DRAFT = ".draft"  # how the names of files end that are not yet whole


class WholeFiles(FileSystemStorage):
    """Django's storage of files, but what is stopped halfway or finds the disk full leaves none.

    A picture is stored under the name of its content, and one that is there is not stored again:
    half a file would stay so for good.
    """

    def _save(self, name: str, content: Any) -> str:
        """Write it under a name that nobody asks for, then give it its own, which must be free."""
        at = PurePosixPath(name)
        draft = str(at.with_name(f".{at.name}.{token_hex(8)}{DRAFT}"))
        path = Path(self.path(draft))
        try:
            super()._save(draft, content)  # type: ignore[misc]
            with path.open("rb") as file:
                os.fsync(file.fileno())
            while True:
                with suppress(FileExistsError):
                    Path(self.path(name)).hardlink_to(path)
                    return name
                name = self.get_available_name(name)
        finally:
            path.unlink(missing_ok=True)
