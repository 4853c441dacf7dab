"""Where nothing can be written: readers read, whoever writes is told so, nothing is half done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from digest import exporting
from editorial.incoming import import_readme
from editorial.models import Revision
from tests.operations.faults import Disk, database_read_only, disk, ended_with
from tests.transfer.conftest import Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "disk", 8 << 20) as made:
        yield made


@pytest.fixture
def root(db: None, seed: str) -> User:
    user = User.objects.create_superuser("root")
    import_readme(seed, user, publish=True)
    return user


def test_an_export_and_a_backup_are_refused_in_one_line(
    small: Disk, root: User, seed: str, run: Run
) -> None:
    path = small.folder / "README.md"
    path.write_text("as it was", encoding="utf-8")
    small.remount("ro")
    remedy = "Read-only file system; let this user write there, then run the same command again"
    for words in (("export_readme", str(path)), ("backup", str(small.folder / "b.tar.gz"))):
        assert run(*words) == f"CommandError: {words[1]}: {remedy}"
    small.remount("rw")
    assert path.read_text(encoding="utf-8") == "as it was"
    assert small.names() == ["README.md"]
    assert "README.md: written" in run("export_readme", str(path))
    assert path.read_text(encoding="utf-8") == seed


def test_a_picture_that_cannot_be_kept_is_answered_503_and_its_draft_not_made(
    small: Disk, root: User, client: Client, settings: Settings
) -> None:
    settings.MEDIA_ROOT = small.folder
    client.raise_request_exception = False
    client.force_login(root)
    before, address = Revision.objects.count(), reverse("admin:editorial_revision_add")

    def send() -> int:
        picture = SimpleUploadedFile("a.gif", GIF, "image/gif")
        form = {"headline": "新", "url": "https://e.org/", "picture_file": picture}
        return client.post(address, form).status_code

    small.remount("ro")
    assert send() == 503
    assert (Revision.objects.count(), small.names()) == (before, [])
    small.remount("rw")
    assert send() in {200, 302}
    assert small.names() == ["pictures"]


def test_a_database_that_cannot_be_written_is_said_to_be_so(
    root: User, seed: str, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "README.md"
    path.write_text(seed.replace("QLoRA：", "QLoRA 2："), encoding="utf-8")
    words = ("import_readme", str(path), "--by", "root", "--publish")
    client.raise_request_exception = False
    with database_read_only():
        assert ended_with(monkeypatch, *words).startswith("digest: ")
        if connection.vendor == "postgresql":  # SQLite in WAL may have to write to be read
            assert client.get("/README.md").status_code == 200
        response = client.post("/admin/login/", {"username": "root", "password": "x"})
        assert response.status_code == 503
        assert "清单没有丢失" in response.content.decode()
    assert exporting.readme() == seed
    assert ended_with(monkeypatch, *words) == ""
    assert "QLoRA 2：" in exporting.readme()


GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
