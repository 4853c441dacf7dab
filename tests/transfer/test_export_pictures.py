"""An export brings the pictures that the README names to where it names them."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from digest.models import Article
from tests.factories import ArticleFactory
from tests.transfer.conftest import Run

pytestmark = pytest.mark.django_db

NAME = f"pictures/{'a' * 40}.png"


def shown(src: str, content: bytes = b"pixels", **fields: object) -> Article:
    """Return a published article with a stored picture that the README names so."""
    if not default_storage.exists(NAME):
        default_storage.save(NAME, ContentFile(content))
    return ArticleFactory.create(picture_src=src, picture=NAME, **fields)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "clone"
    made.mkdir()
    return made


def test_a_missing_picture_is_written_beside_the_readme(run: Run, folder: Path) -> None:
    shown("assets/%E5%9B%BE.png?raw=true")
    said = run("export_readme", str(folder / "README.md"))
    assert "assets/%E5%9B%BE.png?raw=true: written" in said
    assert files_in(folder) == {"README.md", "assets/图.png"}
    assert (folder / "assets" / "图.png").read_bytes() == b"pixels"
    assert "assets" not in run("export_readme", str(folder / "README.md"))


def test_a_picture_that_is_there_is_left_alone(run: Run, folder: Path) -> None:
    shown("a.png")
    (folder / "a.png").write_bytes(b"the maintainer's own")
    run("export_readme", str(folder / "README.md"))
    assert (folder / "a.png").read_bytes() == b"the maintainer's own"


@pytest.mark.parametrize(
    "src", ["../out.png", "/etc/out.png", "https://e.org/a.png", "//e.org/a.png", "link/a.png", ""]
)
def test_nothing_is_written_outside_the_folder(src: str, run: Run, folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    shown(src)
    before = files_in(folder.parent)
    run("export_readme", str(folder / "README.md"))
    assert files_in(folder.parent) - before == {"clone/README.md"}


def test_what_readers_do_not_see_is_not_written(run: Run, folder: Path) -> None:
    article = shown("a.png")
    Article.objects.filter(pk=article.pk).update(taken_down_at=article.published_at)
    run("export_readme", str(folder / "README.md"))
    assert files_in(folder) == {"README.md"}


def test_a_picture_that_is_no_longer_stored_is_left_out(run: Run, folder: Path) -> None:
    shown("a.png")
    default_storage.delete(NAME)
    run("export_readme", str(folder / "README.md"))
    assert files_in(folder) == {"README.md"}


def test_a_check_and_standard_output_write_no_picture(
    run: Run, folder: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch
) -> None:
    monkeypatch.chdir(folder)
    shown("a.png")
    run("export_readme")
    (folder / "README.md").write_text("old")
    run("export_readme", "--check", "README.md")
    assert files_in(folder) == {"README.md"}


def test_a_folder_that_cannot_be_made_is_told_in_one_line(run: Run, folder: Path) -> None:
    shown("assets/a.png")
    (folder / "assets").write_text("a file")
    assert "CommandError" in run("export_readme", str(folder / "README.md"))
    assert files_in(folder) == {"README.md", "assets"}
