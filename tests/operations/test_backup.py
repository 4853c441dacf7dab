"""A backup is the desk as it was at one moment: whole, tried, and back in its place on request."""

import json
import stat
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from digest import backup, mirror
from digest.models import Article
from editorial.incoming import import_readme
from tests.transfer.conftest import SEED, Run

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = "pictures/one.png"


@pytest.fixture
def text() -> str:
    """A desk with the seed list and one stored picture; return the list."""
    text = SEED.read_bytes().decode()
    root = User.objects.create_superuser("root")
    import_readme(text, root, publish=True)
    default_storage.save(PICTURE, ContentFile(b"a picture"))
    return text


@pytest.fixture
def made(text: str, tmp_path: Path) -> Path:
    path = tmp_path / "digest.tar.gz"
    backup.write(path, timezone.now())
    return path


def rewritten(path: Path, change: dict[str, bytes | None]) -> Path:
    """Return the backup with other members; None leaves one out."""
    other = path.with_name("other.tar.gz")
    with tarfile.open(path) as old, tarfile.open(other, "w:gz") as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            assert file is not None
            content = change.get(member.name, file.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, BytesIO(content))
    return other


def manifest_of(path: Path) -> dict[str, object]:
    with tarfile.open(path) as archive:
        file = archive.extractfile("manifest.json")
        assert file is not None
        found: dict[str, object] = json.load(file)
        return found


def test_it_holds_every_table_and_every_picture(made: Path) -> None:
    manifest = manifest_of(made)
    assert manifest["rows"]["digest_article"] == 16  # type: ignore[index]
    assert set(manifest["sha256"]) == {"database", f"media/{PICTURE}"}  # type: ignore[call-overload]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [one.name for one in made.parent.iterdir() if one.name.startswith(".")] == []


def test_what_was_restored_is_what_was_there(made: Path, text: str) -> None:
    Article.objects.update(headline="lost")
    User.objects.update(is_active=False)
    default_storage.delete(PICTURE)
    backup.restore(made, replace=True)
    assert mirror.says(text)
    assert User.objects.get(username="root").is_active
    with default_storage.open(PICTURE) as picture:
        assert picture.read() == b"a picture"
    call_command("migrate", "--check", verbosity=0)
    call_command("rebuild_search_index", "--check", verbosity=0)


def test_what_is_there_is_replaced_only_if_told_so(made: Path) -> None:
    Article.objects.update(headline="new")
    with pytest.raises(backup.BackupError, match="not empty; --replace"):
        backup.restore(made)
    assert set(Article.objects.values_list("headline", flat=True)) == {"new"}


def test_a_backup_is_tried_beside_the_live_database(made: Path) -> None:
    Article.objects.update(headline="live")
    assert backup.verify(made).rows["digest_article"] == 16
    assert set(Article.objects.values_list("headline", flat=True)) == {"live"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"manifest.json": None}, "no whole backup: it has no manifest.json"),
        ({"database": None}, "damaged: database is missing"),
        ({f"media/{PICTURE}": b"forged!!!"}, "is not what was backed up"),
    ],
)
def test_one_that_is_damaged_is_refused_and_changes_nothing(
    made: Path, change: dict[str, bytes | None], reason: str
) -> None:
    Article.objects.update(headline="live")
    with pytest.raises(backup.BackupError, match=reason):
        backup.restore(rewritten(made, change), replace=True)
    assert set(Article.objects.values_list("headline", flat=True)) == {"live"}


def test_half_a_file_is_refused(made: Path) -> None:
    half = made.with_name("half.tar.gz")
    half.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    with pytest.raises(backup.BackupError, match="no whole backup"):
        backup.restore(half, replace=True)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("migrations", ["digest.9999_from_the_future"], "newer than this code"),
        ("database", "oracle", "of a oracle database"),
        ("format", 99, "another version of Digest"),
    ],
)
def test_one_that_does_not_fit_is_refused(
    made: Path, name: str, value: object, reason: str
) -> None:
    changed = manifest_of(made) | {name: value}
    other = rewritten(made, {"manifest.json": json.dumps(changed).encode()})
    with pytest.raises(backup.BackupError, match=reason):
        backup.restore(other, replace=True)


def test_the_commands_say_what_they_did(text: str, tmp_path: Path, run: Run) -> None:
    path = str(tmp_path / "digest.tar.gz")
    assert "1 media files, verified by restoring it" in run("backup", path, "--verify")
    assert "not empty; --replace" in run("restore", path)
    assert "as it was made" in run("restore", path, "--verify")
    assert "now run: manage.py migrate" in run("restore", path, "--replace", "--no-input")
    assert mirror.says(text)
    assert "No such file or directory" in run("backup", str(tmp_path / "nowhere" / "x.tar.gz"))
    assert "no such file" in run("restore", str(tmp_path / "none"), "--replace", "--no-input")
