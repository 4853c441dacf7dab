"""The picture files that a README names: found beside it, checked, and copied into media."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image

FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000


class NotTakenError(Exception):
    """The picture cannot be shown; the message says why."""


@dataclass
class Missing:
    """A picture that cannot be shown: where it is named first, how often, and why."""

    line: int
    times: int
    reason: str


class Album:
    """The pictures of one README, each looked at once."""

    def __init__(self, folder: Path | None, *, dry_run: bool = False) -> None:
        self.missing: dict[str, Missing] = {}
        self._folder = folder
        self._take = read if dry_run else store
        self._names: dict[str, str] = {}

    def name_of(self, src: str, line: int) -> str:
        """Return the name in media of the picture that this line names, "" if it is missing."""
        if src in self.missing:
            self.missing[src].times += 1
        elif src not in self._names:
            try:
                self._names[src] = str(self._take(src, self._folder))
            except NotTakenError as reason:
                self.missing[src] = Missing(line, 1, str(reason))
        return self._names.get(src, "")


def store(src: str, folder: Path | None) -> str:
    """Copy the picture that a README in ``folder`` names ``src`` into media; return its name there.

    The name is made from the content: the same picture is stored once, and no draft's picture can
    be guessed.  Raises NotTakenError for what is missing, outside the folder, too large or no
    picture.
    """
    content, suffix = read(src, folder)
    name = f"pictures/{hashlib.sha256(content).hexdigest()[:40]}.{suffix}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name


def read(src: str, folder: Path | None) -> tuple[bytes, str]:
    """Return a picture's content and the ending for its name, or raise NotTakenError."""
    if folder is None:
        raise NotTakenError(_("the README came without its folder"))
    if ":" in src or src.startswith("//"):
        raise NotTakenError(_("it is not beside the README"))
    path = (folder / unquote(src.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise NotTakenError(_("it is outside the README's folder"))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NotTakenError(_("it is larger than %d MB") % (MAX_BYTES // 2**20))
        content = path.read_bytes()
    except (OSError, ValueError):
        raise NotTakenError(_("there is no such file")) from None
    try:
        with Image.open(path, formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotTakenError(_("it has too many pixels"))
            picture.verify()
            return content, FORMATS[str(picture.format)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotTakenError(_("it is no PNG, JPEG, GIF or WebP picture")) from None
