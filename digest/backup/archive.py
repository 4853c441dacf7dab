"""A backup's file: a gzipped tar of ``database``, ``media/…`` and, last, ``manifest.json``."""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from digest.backup import databases
from digest.backup.databases import BackupError, Counts

DATABASE, MEDIA, MANIFEST = "database", "media/", "manifest.json"
_FORMAT = 1
_LEVEL = 3  # pictures are compressed already; a database shrinks well at any level

Progress = Callable[[str], object]


@dataclass
class Manifest:
    """What a backup holds.  Written last, so a file without one is half of a backup.

    ``database`` is the kind of database, ``migrations`` those that it had as ``app.name``, ``rows``
    the number of rows by table, ``sha256`` the digest of each member of the archive.
    """

    made_at: str
    database: str
    migrations: list[str]
    rows: Counts
    sha256: dict[str, str]
    format: int = _FORMAT

    @property
    def pictures(self) -> int:
        """How many media files it holds."""
        return len(self.sha256) - 1


def write(path: Path, now: datetime, progress: Progress = lambda _: None) -> Manifest:
    """Back up the database and the media; the file appears whole or not at all.

    Only its owner may read it, for it holds password hashes.  Raises BackupError and OSError.
    """
    path = path.resolve()
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        draft, dumped = Path(folder) / "archive", Path(folder) / DATABASE
        progress(DATABASE)
        rows = databases.dump(dumped)
        made = Manifest(now.isoformat(), connection.vendor, databases.migrations(), rows, {})
        with tarfile.open(draft, "w:gz", compresslevel=_LEVEL) as archive:
            with dumped.open("rb") as content:
                made.sha256[DATABASE] = _add(archive, DATABASE, content, dumped.stat().st_size)
            for name in _stored():
                progress(MEDIA + name)
                with default_storage.open(name) as content:
                    size = default_storage.size(name)
                    made.sha256[MEDIA + name] = _add(archive, MEDIA + name, content, size)
            text = json.dumps(asdict(made), indent=1, ensure_ascii=False).encode()
            _add(archive, MANIFEST, BytesIO(text), len(text))
        draft.chmod(0o600)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    return made


def verify(path: Path) -> Manifest:
    """Restore a backup beside the live database and compare; nothing live is touched."""
    with _unpacked(path) as (folder, manifest):
        found = databases.rows_when_loaded(folder / DATABASE)
        wrong = sorted(name for name, rows in manifest.rows.items() if found.get(name) != rows)
        if wrong:
            raise BackupError(f"{path}: restored, these tables lack rows: {', '.join(wrong)}")
    return manifest


def restore(path: Path, *, replace: bool = False, progress: Progress = lambda _: None) -> Manifest:
    """Make the database and the media those of a backup, or refuse and change nothing.

    A database that is not empty is replaced only if told so.  Media files that the backup lacks
    stay.  Raises BackupError and OSError.
    """
    if not replace and not databases.is_empty():
        raise BackupError("the database is not empty; --replace puts the backup in its place")
    with _unpacked(path) as (folder, manifest):
        for name in manifest.sha256:  # before the database that names them
            if name.startswith(MEDIA):
                progress(name)
                _store(folder / name, name.removeprefix(MEDIA))
        progress(DATABASE)
        databases.load(folder / DATABASE)
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: Any, size: int) -> str:
    """Add a file; return its digest."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    reader = _Digesting(content)
    archive.addfile(member, reader)
    return reader.digest.hexdigest()


class _Digesting:
    """A file that is digested as it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.content.read(size)
        self.digest.update(data)
        return data


def _stored(folder: str = "") -> Iterator[str]:
    """Yield the names of all media files."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return  # no picture was stored yet
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from _stored(f"{folder}{name}/")


def _store(source: Path, name: str) -> None:
    if default_storage.exists(name):
        with default_storage.open(name) as there, source.open("rb") as ours:
            if _digest_of(there) == _digest_of(ours):
                return
        default_storage.delete(name)
    with source.open("rb") as content:
        default_storage.save(name, File(content))


def _digest_of(file: Any) -> bytes:
    return hashlib.file_digest(file, "sha256").digest()


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, Manifest]]:
    """Unpack a backup that is whole, of this kind of database and not newer than this code."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.resolve().parent) as name:
        folder = Path(name)
        try:
            with tarfile.open(path) as archive:
                archive.extractall(folder, filter="data")
            manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            if not path.exists():
                raise BackupError(f"{path}: no such file") from None
            raise BackupError(f"{path}: no whole backup: it has no {MANIFEST}") from error
        except (tarfile.TarError, EOFError, ValueError, TypeError, OSError) as error:
            raise BackupError(f"{path}: no whole backup: {error}") from None
        _refuse_unfit(path, folder, manifest)
        yield folder, manifest


def _refuse_unfit(path: Path, folder: Path, manifest: Manifest) -> None:
    if manifest.format != _FORMAT:
        raise BackupError(f"{path}: of another version of Digest (format {manifest.format})")
    for name, digest in manifest.sha256.items():
        member = folder / name
        if not member.is_file():
            raise BackupError(f"{path}: damaged: {name} is missing")
        with member.open("rb") as content:
            if _digest_of(content).hex() != digest:
                raise BackupError(f"{path}: damaged: {name} is not what was backed up")
    if manifest.database != connection.vendor:
        raise BackupError(
            f"{path}: of a {manifest.database} database; DATABASE_URL names {connection.vendor}"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            f"{path}: newer than this code, which lacks {unknown[0]}; update Digest first"
        )
