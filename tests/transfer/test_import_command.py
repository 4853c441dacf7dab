"""The command line of ``import_readme``: every bad input gets one clear line and writes nothing."""

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from PIL import Image

from digest import exporting
from digest.models import Article
from editorial.models import Outline, Revision
from tests.transfer.conftest import SEED, Run, manage

BAD = [
    (b"# a\n\nb\xff\n", "{path}:3: not UTF-8"),
    (b"# a\n\n\xe4\xb8\n", "{path}:3: not UTF-8"),
    (b"# a\n\nb\n\0\n", "{path}:4: a NUL character"),
]


@pytest.mark.parametrize(("content", "message"), BAD)
def test_bad_bytes_are_refused_with_their_line(
    publisher: User, run: Run, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(content)
    out = run("import_readme", str(path), "--by", "publisher", "--publish")
    assert out.startswith("CommandError: " + message.format(path=path))
    assert out.count("\n") == 0
    assert not Revision.objects.exists()


def test_missing_files_folders_and_people_are_refused(
    publisher: User, run: Run, tmp_path: Path
) -> None:
    assert "No such file" in run("import_readme", str(tmp_path / "no.md"), "--by", "publisher")
    assert "Is a directory" in run("import_readme", str(tmp_path), "--by", "publisher")
    assert "no active user 'nobody'" in run("import_readme", str(SEED), "--by", "nobody")
    assert "--by USER" in run("import_readme", str(SEED))
    publisher.is_active = False
    publisher.save()
    assert "no active user" in run("import_readme", str(SEED), "--by", "publisher")
    assert not Revision.objects.exists()


def test_no_right_is_refused_in_one_line(author: User, run: Run) -> None:
    out = run("import_readme", str(SEED), "--by", "author", "--publish")
    assert out.startswith(f"CommandError: {SEED}: ")
    assert not Revision.objects.exists()


def test_a_dry_run_tells_and_writes_nothing(publisher: User, run: Run) -> None:
    out = run("import_readme", str(SEED), "--by", "publisher", "--publish", "--dry-run")
    assert "16 new, 0 changed, 0 unchanged" in out
    assert "dry run" in out
    assert not Revision.objects.exists()
    assert not Article.objects.exists()
    assert not Outline.objects.exists()


def test_what_is_not_understood_is_reported_with_its_line(
    publisher: User, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "README.md"
    path.write_text("# 甲\n\n1、[T](u)\n\n摘要。\n\n**2、[U](v) (2023)**\n", encoding="utf-8")
    out = run("import_readme", str(path), "--by", "publisher", "--publish")
    assert f"{path}:7: " in out
    assert "**2、[U](v) (2023)**" in out
    assert exporting.readme() == path.read_text(encoding="utf-8")


def test_pictures_beside_the_readme_are_copied_and_others_reported(
    publisher: User, run: Run, tmp_path: Path
) -> None:
    buffer = BytesIO()
    Image.new("RGB", (4, 3), "red").save(buffer, "PNG")
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "a b.png").write_bytes(buffer.getvalue())
    (folder / "fake.png").write_text("<svg onload=alert(1)>")
    (tmp_path / "outside.png").write_bytes(buffer.getvalue())
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    names = ["a%20b.png", "fake.png", "../outside.png", "link.png", "http://x/y.png", "no.png"]
    text = "# 甲\n\n" + "\n\n".join(
        f"{number}、[T{number}](u{number})\n\n![]({name})\n\n摘要。"
        for number, name in enumerate(names, 1)
    )
    path = folder / "README.md"
    path.write_text(text, encoding="utf-8")
    out = run("import_readme", str(path), "--by", "publisher", "--publish")
    shown = Article.objects.exclude(picture="")
    assert [article.picture_src for article in shown] == ["a%20b.png"]
    with shown[0].picture.open() as stored:
        assert stored.read() == buffer.getvalue()
    assert [line for line in range(3, 40) if f"{path}:{line}: " in out] == [9, 15, 21, 27, 33]
    assert exporting.readme() == text


def test_help_teaches() -> None:
    out = manage("import_readme", "--help").stdout.decode()
    for word in ("--publish", "--dry-run", "--by USER", "--tag TAG", "standard input"):
        assert word in out
