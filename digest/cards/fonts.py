"""The font that cards are set in: one with Chinese letters, named by a setting or found."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register
from PIL import ImageFont

FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-serif-cjk-fonts",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/truetype/noto",
)
NAMES = ("NotoSerifCJK-Bold.ttc", "NotoSansCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc")
MOST_FACES = 20  # in one file


@cache
def font_file(named: str) -> str:
    """Return the file that is named, or else the first that is there; "" where there is none."""
    if named:
        return named if Path(named).is_file() else ""
    found = (Path(folder, name) for name in NAMES for folder in FOLDERS)
    return next((str(path) for path in found if path.is_file()), "")


def has_font() -> bool:
    """Whether cards can be made."""
    return bool(font_file(settings.SHARE_FONT))


@cache
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size in pixels, of a collection its simplified Chinese face."""
    for index in range(MOST_FACES):
        try:
            face = ImageFont.truetype(path, size, index=index)
        except OSError:
            break
        if (face.getname()[0] or "").endswith(" SC"):
            return face
    return ImageFont.truetype(path, size)


@register
def check_font(**_given: Any) -> list[CheckMessage]:
    """Say that links are shared without a picture, and why."""
    named = settings.SHARE_FONT
    if named:
        try:
            ImageFont.truetype(named, 12)
        except OSError:
            said = f"DIGEST_SHARE_FONT names {named}, which is no font that can be read."
            return [Error(said, hint="Name a .ttf, .otf or .ttc file.", id="digest.E001")]
    if has_font():
        return []
    said = "There is no font with Chinese letters, so links are shared without a picture."
    hint = "Install fonts-noto-cjk, or name a font file in DIGEST_SHARE_FONT."
    return [Info(said, hint=hint, id="digest.I001")]
