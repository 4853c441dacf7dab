"""Picture files: those that a README names, and those that people choose; checked, then stored.

A file's name is made from its content: the same picture is stored once, and no draft's picture can
be guessed.  What a README brings is copied as it is, for it was public already; what people choose
is written anew, for a photograph says where it was taken.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from digest import renditions
from digest.pictures import beside

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
# MPO is a JPEG with more pictures behind it, as many cameras make them.
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "GIF": "gif", "WEBP": "webp"}
MEDIA_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
# Of all frames together: a million of them take up to a second and 25 MB to write anew.
MAX_PIXELS_CHOSEN = 25_000_000
FOLDER = "pictures"
STORED = re.compile(rf"{FOLDER}/[0-9a-f]{{40}}\.({'|'.join(sorted(set(SUFFIXES.values())))})")
QUALITY = 90


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

    Raises NotTakenError for what is missing, outside the folder, too large or no picture.
    """
    return _store(*read(src, folder))


def read(src: str, folder: Path | None) -> tuple[bytes, str]:
    """Return a picture's content and the ending for its name, or raise NotTakenError."""
    if folder is None:
        raise NotTakenError(_("the README came without its folder"))
    path = beside(src, folder)
    if path is None:
        raise NotTakenError(_("it is not beside the README"))
    try:
        _refuse_large(path.stat().st_size)
        content = path.read_bytes()
    except (OSError, ValueError):
        raise NotTakenError(_("there is no such file")) from None
    with _opened(content) as picture:
        picture.verify()
        return content, SUFFIXES[str(picture.format)]


def take(upload: "UploadedFile[Any]") -> str:
    """Store a picture that somebody chose; return its name in media, or raise NotTakenError."""
    _refuse_large(upload.size or 0)
    with _opened(upload.read()) as picture:
        _refuse_many(_pixels(picture) * _frames(picture), MAX_PIXELS_CHOSEN)
        content, suffix = _written_anew(picture), SUFFIXES[str(picture.format)]
    return _store(content, suffix)


def is_stored(name: str) -> bool:
    """Whether this is the name of a picture that was stored here."""
    return bool(STORED.fullmatch(name)) and default_storage.exists(name)


def src_of(name: str) -> str:
    """Return the path by which the README names a picture that somebody chose."""
    path = PurePosixPath(name)
    return f"assets/{path.stem[:12]}{path.suffix}"


def _store(content: bytes, suffix: str) -> str:
    name = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:40]}.{suffix}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
        renditions.make(name)
    return name


def _refuse_large(size: int) -> None:
    if size > MAX_BYTES:
        raise NotTakenError(_("it is larger than %d MB") % (MAX_BYTES // 2**20))


def _refuse_many(pixels: int, most: int) -> None:
    if pixels > most:
        raise NotTakenError(_("it has too many pixels"))


def _pixels(picture: Image.Image) -> int:
    return picture.width * picture.height


def _frames(picture: Image.Image) -> int:
    return getattr(picture, "n_frames", 1)


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Open a picture whose size is bearable; what is wrong with it is a NotTakenError."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _refuse_many(_pixels(picture), MAX_PIXELS)
            yield picture
    except renditions.UNREADABLE:
        raise NotTakenError(_("it is no PNG, JPEG, GIF or WebP picture")) from None


def _written_anew(picture: Image.Image) -> bytes:
    """Return the picture with nothing but its pixels and their colours, upright and moving."""
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    options: dict[str, Any] = {"quality": QUALITY, "icc_profile": picture.info.get("icc_profile")}
    if kind != "JPEG" and _frames(picture) > 1:
        options |= {"save_all": True, "duration": list(_durations(picture)), "comment": b""}
        options |= {name: value for name, value in picture.info.items() if name == "loop"}
        picture.seek(0)
    else:
        # A camera notes how it was held; the picture is turned, and the note goes with the others.
        picture = ImageOps.exif_transpose(picture)
        picture.info = {
            name: value for name, value in picture.info.items() if name == "transparency"
        }
    if picture.mode == "CMYK":  # for printers; browsers show it in false colours
        picture = picture.convert("RGB")
        options["icc_profile"] = None
    content = BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def _durations(picture: Image.Image) -> Iterator[float]:
    for frame in ImageSequence.Iterator(picture):
        frame.load()  # only then a WebP tells
        yield frame.info.get("duration", 0)
