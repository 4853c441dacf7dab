"""Copies of a picture in the sizes that pages show, so that a phone loads no more than it needs.

They are WebP, lie beside the pictures in a folder of their own and can be made anew at any time.
The picture itself stays as it came: it is what the README's export writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from PIL import ExifTags, Image, ImageOps

from digest.models import Article, Readme

FOLDER = "renditions"
WIDTHS = (320, 640, 1280)
QUALITY = 82
TURNED = {5, 6, 7, 8}  # EXIF's orientations by a quarter
# What Pillow raises for files that are damaged, or are made to look like pictures.
UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, RuntimeError,
    Image.DecompressionBombError,
)  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """A picture's own size in pixels, zeros if unknown, and the widths that it is kept in."""

    width: int = 0
    height: int = 0
    widths: list[int] = field(default_factory=list)


def name_of(picture: str, width: int) -> str:
    """Return the name in media of a picture's copy."""
    return f"{FOLDER}/{PurePosixPath(picture).stem}-{width}.webp"


def make(picture: str) -> Sizes:
    """Make the copies of a stored picture that are not there yet; one that moves gets none.

    Nor does one a copy of which would not be smaller.  A file that is no picture has no sizes.
    """
    try:
        with default_storage.open(picture) as file, Image.open(file) as image:
            if getattr(image, "n_frames", 1) == 1:
                upright = ImageOps.exif_transpose(image)
                for width in _wanted(upright.width):
                    if not default_storage.exists(name_of(picture, width)):
                        _make(upright, picture, width)
    except UNREADABLE:
        return Sizes()
    return sizes_of(picture)


def sizes_of(picture: str) -> Sizes:
    """Return a stored picture's size and the copies that there are."""
    try:
        with default_storage.open(picture) as file, Image.open(file) as image:
            width, height = _upright(image)
    except UNREADABLE:
        return Sizes()
    there = [one for one in _wanted(width) if default_storage.exists(name_of(picture, one))]
    return Sizes(width, height, there)


def note(picture: str) -> bool:
    """Make a picture's copies, and note them at its articles; whether that is news there."""
    sizes = make(picture)
    articles = Article.objects.filter(picture=picture)
    columns = {
        "picture_width": sizes.width,
        "picture_height": sizes.height,
        "picture_widths": sizes.widths,
    }
    with transaction.atomic():
        if not articles.exclude(**columns).update(**columns):
            return False
        Readme.objects.filter(pk=1).update(version=F("version") + 1)  # pages are out of date
    return True


def remove(picture: str) -> None:
    """Delete the copies of a picture."""
    for width in (*WIDTHS, *sizes_of(picture).widths):
        default_storage.delete(name_of(picture, width))


@dataclass(frozen=True)
class Shown:
    """A picture as a page shows it: its size there, and the copies that a browser chooses from."""

    url: str
    alt: str
    width: int = 0
    height: int = 0
    srcset: str = ""

    @property
    def sizes(self) -> str:
        """How wide it is shown, by the width of the window."""
        return f"(max-width: {self.width + 40}px) calc(100vw - 2.5rem), {self.width}px"


def shown(article: Any, width: int, height: int) -> Shown:
    """Return an article's picture as shown within these pixels, whole, no larger than it is."""
    url, alt = article.picture.url, article.picture_alt
    if not (article.picture_width and article.picture_height):
        return Shown(url, alt)
    scale = min(1, width / article.picture_width, height / article.picture_height)
    copies = [
        f"{default_storage.url(name_of(article.picture.name, one))} {one}w"
        for one in article.picture_widths
    ]
    return Shown(
        url,
        alt,
        max(round(article.picture_width * scale), 1),
        max(round(article.picture_height * scale), 1),
        ", ".join(copies),
    )


def _wanted(width: int) -> Iterable[int]:
    """Return the widths to keep a picture in: steps below its own, and its own if not large."""
    own = [width] if width <= WIDTHS[-1] else []
    return [*(one for one in WIDTHS if one < width), *own]


def _upright(image: Image.Image) -> tuple[int, int]:
    """Return width and height as they are shown: a camera notes how it was held."""
    lies = image.getexif().get(ExifTags.Base.Orientation, 1) in TURNED
    return (image.height, image.width) if lies else image.size


def _make(image: Image.Image, picture: str, width: int) -> None:
    height = max(round(image.height * width / image.width), 1)
    keeps_clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    copy = image.convert("RGBA" if keeps_clear else "RGB").resize(
        (width, height), Image.Resampling.LANCZOS
    )
    content = BytesIO()
    copy.save(content, "WEBP", quality=QUALITY, icc_profile=image.info.get("icc_profile"))
    if content.tell() < default_storage.size(picture):
        default_storage.save(name_of(picture, width), ContentFile(content.getvalue()))
