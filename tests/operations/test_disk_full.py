"""A full disk: the command says so in one line, nothing is half written; with space it works."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image
from pytest_django import Settings

from digest.models import Article
from editorial.incoming import import_readme
from editorial.models import Revision
from tests.benchmarks.lists import generated
from tests.operations.faults import Disk, disk
from tests.operations.processes import manage
from tests.transfer.conftest import Run

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = generated(40)
FULL = "No space left on device; free some space, then run the same command again"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "disk", 8 << 20) as made:
        yield made


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root")


@pytest.mark.parametrize("split", [(), ("--split", "section", "--limit", "9000")])
def test_an_export_leaves_the_files_as_they_were(
    split: tuple[str, ...], small: Disk, root: User, run: Run
) -> None:
    import_readme(generated(30), root, publish=True)
    path = small.folder / "README.md"
    run("export_readme", str(path), *split)
    before = {name: (small.folder / name).read_bytes() for name in small.names()}
    import_readme(TEXT, root, publish=True)
    small.fill(leave=8192)
    assert f"CommandError: {path}: {FULL}" in run("export_readme", str(path), *split)
    assert {name: (small.folder / name).read_bytes() for name in small.names()} == before
    small.clear()
    assert "README.md: written" in run("export_readme", str(path), *split)
    assert run("export_readme", "--check", str(path), *split) == ""


def test_a_backup_leaves_no_half_file(small: Disk, root: User, run: Run) -> None:
    import_readme(TEXT, root, publish=True)
    path = small.folder / "digest.tar.gz"
    small.fill(leave=8192)
    said = run("backup", str(path))
    assert said.startswith("CommandError: ")
    assert "disk is full; free some space" in said or "No space left on device" in said
    assert small.names() == []
    small.clear()
    run("backup", str(path), "--verify")
    assert small.names() == [path.name]


def test_a_picture_is_stored_whole_or_the_import_is_refused(
    small: Disk, root: User, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = small.folder
    folder = tmp_path / "list"
    (folder / "assets").mkdir(parents=True)
    picture = Image.frombytes("RGB", (200, 200), os.urandom(120_000))
    picture.save(folder / "assets" / "one.png")
    text = TEXT.replace('src="assets/image-20230525141242754.png"', 'src="assets/one.png"')
    small.fill(leave=40_960)
    with pytest.raises(OSError, match="No space left"):
        import_readme(text, root, publish=True, folder=folder)
    assert not Revision.objects.exists()
    assert [path.name for path in (small.folder / "pictures").iterdir()] == []
    small.clear()
    import_readme(text, root, publish=True, folder=folder)
    stored = Article.objects.exclude(picture="").first()
    assert stored
    with default_storage.open(str(stored.picture.name)) as file:
        assert file.read() == (folder / "assets" / "one.png").read_bytes()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its files itself")
def test_a_database_without_space_takes_all_or_nothing(
    small: Disk, root: User, tmp_path: Path
) -> None:
    path = small.folder / "db.sqlite3"
    database = f"sqlite:///{path}"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as empty:
        empty.execute("VACUUM INTO ?", [str(path)])
    path = tmp_path / "README.md"
    path.write_text(generated(400), encoding="utf-8")
    small.fill(leave=65_536)
    words = ("import_readme", str(path), "--by", "root", "--publish")
    refused = manage(database, *words)
    assert refused.returncode == 1
    assert refused.stderr == (
        "digest: database or disk is full; free some space, then run the same command again\n"
    )
    subprocess.run(["mount", "-o", "remount,size=64m", str(small.folder)], check=True)
    assert manage(database, "doctor").returncode == 0
    assert "400 new" in manage(database, *words).stdout
    assert manage(database, "export_readme").stdout == path.read_text(encoding="utf-8")
