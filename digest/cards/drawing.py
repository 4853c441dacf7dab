"""A card: who says it, what it says, in type that Chinese and Latin share."""

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from digest.cards.fonts import font

WIDTH, HEIGHT, MARGIN = 1200, 630, 84
PAPER, INK, SOFT, LINE, SEAL = "#fcfcfa", "#1d1e20", "#5c5e63", "#d9d8d3", "#a3271c"
SIZES = (76, 68, 60, 52)  # of what it says: the largest that is not too long
MOST_LINES = 4
LONGEST = 300  # characters that are set
UNDER = 46  # pixels from one smaller line to the next
COLOURS = 64  # enough for two inks on one paper

# What stays whole: a word with the marks around it, or a Han with what must not stand alone.
_OPENING, _CLOSING = "（「『《〈【“‘(", "，。、；：？！）」』》〉】”’…%,.;:?!)"
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]"
    rf"|[^\s\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]+)[{re.escape(_CLOSING)}]*\s*"
)


class Card(NamedTuple):
    """What a card says: the site, the main thing, a second line under it, where it belongs."""

    site: str
    said: str
    under: str = ""
    place: str = ""


def draw(card: Card, path: str) -> bytes:
    """Return the card as a PNG, set in the font of this file."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 12), fill=SEAL)
    pen.text((MARGIN, 60), _fit(_clean(card.site), font(path, 36)), SEAL, font(path, 36))
    top = _headline(pen, _clean(card.said), path)
    small = font(path, 32)
    rule = HEIGHT - 104
    for line in _lines(_clean(card.under), small, min((rule - top) // UNDER, 2)):
        pen.text((MARGIN, top), line, SOFT, small)
        top += UNDER
    if card.place:
        pen.line((MARGIN, rule, WIDTH - MARGIN, rule), LINE, 2)
        pen.text((MARGIN, rule + 22), _fit(_clean(card.place), small), SOFT, small)
    content = BytesIO()
    image.quantize(COLOURS).save(content, "PNG", optimize=True)
    return content.getvalue()


def _headline(pen: ImageDraw.ImageDraw, text: str, path: str) -> int:
    """Set the main thing as large as it can be; return where the next line may begin."""
    for size in SIZES:
        face = font(path, size)
        lines = _lines(text, face, MOST_LINES)
        height = round(size * 1.32)
        if len(lines) * height <= 3 * SIZES[1] * 1.32:
            break
    top = 140
    for line in lines:
        pen.text((MARGIN, top), line, INK, face)
        top += height
    return top + 22


def _clean(text: str) -> str:
    """Return the text without what a font of letters does not have: emoji, and what steers them."""
    kept = (one for one in text[:LONGEST] if unicodedata.category(one) not in {"So", "Cs", "Cc"})
    return " ".join("".join(kept).replace("\ufe0f", "").split())


def _lines(text: str, face: ImageFont.FreeTypeFont, most: int) -> list[str]:
    """Break a text into lines; the last one says if there is more."""
    lines, line = [], ""
    for piece in _pieces(text, face):
        if line and face.getlength((line + piece).rstrip()) > WIDTH - 2 * MARGIN:
            lines.append(line.rstrip())
            line = ""
        line += piece
    lines += [line.rstrip()] if line else []
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1], face)] if most else []
    return lines


def _pieces(text: str, face: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Yield what stays on one line, a word that is longer than one letter by letter."""
    for piece in _PIECE.findall(text):
        if face.getlength(piece) > WIDTH - 2 * MARGIN:
            yield from piece
        else:
            yield piece


def _fit(text: str, face: ImageFont.FreeTypeFont) -> str:
    """Return as much of a text as one line holds."""
    return _cut(text, face) if face.getlength(text) > WIDTH - 2 * MARGIN else text


def _cut(text: str, face: ImageFont.FreeTypeFont) -> str:
    """Return the beginning of a text that goes on."""
    while text and face.getlength(f"{text}…") > WIDTH - 2 * MARGIN:
        text = text[:-1]
    return f"{text.rstrip()}…"
