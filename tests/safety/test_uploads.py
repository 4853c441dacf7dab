"""What is a picture and something else as well is stored as the picture alone, or refused."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from editorial import pictures
from editorial.pictures import NotTakenError

SCRIPT = b"<script>hit(1)</script><?php system('x') ?>"


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, (200, 90, 40)).save(content, kind)
    return content.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def with_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG with one chunk more, behind its header."""
    plain = picture("PNG")
    return plain[:33] + chunk(kind, data) + plain[33:]


def png_of(width: int, height: int, data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def archive() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as files:
        files.writestr("index.html", SCRIPT)
    return content.getvalue()


def doubled() -> Iterator[tuple[str, bytes]]:
    """Yield files that programs read as a picture, and others as something else."""
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        yield f"{kind} before HTML", picture(kind) + SCRIPT
        yield f"{kind} before an archive", picture(kind) + archive()
    yield (
        "a comment of a JPEG",
        picture("JPEG")[:2] + b"\xff\xfe\x00\x2d" + SCRIPT + picture("JPEG")[2:],
    )
    yield "a text of a PNG", with_chunk(b"tEXt", b"Comment\0" + SCRIPT)
    yield "a chunk that nobody knows", with_chunk(b"evIl", SCRIPT)
    yield "a comment of a GIF", picture("GIF")[:-1] + b"!\xfe\x2b" + SCRIPT + b"\0;"


@pytest.mark.parametrize(("name", "content"), list(doubled()), ids=[name for name, _ in doubled()])
def test_nothing_but_the_picture_is_stored(name: str, content: bytes) -> None:
    stored = pictures.take(SimpleUploadedFile("x.html.png", content))
    with default_storage.open(stored) as file:
        kept = file.read()
    assert b"script" not in kept
    assert b"PK" not in kept
    assert pictures.is_stored(stored), "under a name that the desk made"


@pytest.mark.parametrize(
    "content",
    [
        png_of(50_000, 50_000, b""),
        png_of(5_000, 4_999, b"\0" * 1_000_000),
        with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 80_000_000, 9)),
        with_chunk(b"iCCP", b"profile\0\0" + zlib.compress(b"a" * 80_000_000, 9)),
        png_of(0, 0, b""),
        b"GIF89a" + SCRIPT,
        b"\xff\xd8\xff\xe0" + SCRIPT,
        b"RIFF\xff\xff\xff\xffWEBP" + SCRIPT,
        b"%PDF-1.7\n" + SCRIPT,
        b"<!doctype html>" + SCRIPT,
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        archive(),
    ],
    ids=[
        *("two billion pixels", "few bytes of many", "a text that swells", "a profile that swells"),
        *("no pixels", "GIF by its first bytes", "JPEG by its first bytes", "WebP by its name"),
        *("PDF", "HTML", "PostScript", "archive"),
    ],
)
def test_what_swells_or_only_looks_like_one_is_refused(content: bytes) -> None:
    with pytest.raises(NotTakenError):
        pictures.take(SimpleUploadedFile("x.png", content))


@pytest.mark.parametrize(
    ("name", "content"),
    [("pictures/x.svg", b"<svg onload='hit(1)'/>"), ("pictures/x.html", SCRIPT), ("x.js", SCRIPT)],
)
def test_what_lies_in_media_is_served_without_rights(
    client: Client, name: str, content: bytes
) -> None:
    default_storage.save(name, ContentFile(content))
    answer = client.get(f"/media/{name}")
    assert b"".join(answer) == content
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path",
    [
        *("../settings.py", "..%2f..%2fmanage.py", "%2e%2e/%2e%2e/manage.py", "/etc/passwd"),
        *("..\\..\\manage.py", "pictures/../../manage.py", "x%00.png", "", "pictures/"),
    ],
)
def test_nothing_beside_media_is_served(client: Client, path: str) -> None:
    default_storage.save("pictures/x.png", ContentFile(b"x"))
    answer = client.get(f"/media/{path}")
    assert answer.status_code in {302, 400, 404}
    assert b"DJANGO_SETTINGS_MODULE" not in b"".join(answer)
