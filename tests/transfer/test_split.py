"""``export_readme --split``: older entries in archives beside the README, read back as one list."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from digest import exporting
from digest.models import Article, Category
from digest.readme.rules.whitespace import NEAR
from editorial import actions
from editorial.git.client import Repository
from editorial.git.history import text_at
from editorial.incoming import Origin, import_readme, import_version
from editorial.models import Event, Revision
from editorial.refusals import Refused
from tests.benchmarks.lists import generated
from tests.transfer.conftest import Run
from tests.transfer.repositories import Repo

YEARS = (2022, 2023, 2024)
BY_YEAR = ("--split", "year", "--limit", "2000")


def list_of(years: int) -> str:
    """Write a list whose sections grew at their ends, five entries a section and year."""
    parts = ["前言。"]
    for title in ("# 一、微调", "# 二、评估"):
        parts.append(title)
        for number in range(1, years * 5 + 1):
            parts.append(
                f"**{number}、[{title[-2:]}{number}](https://x.org/{title[-2:]}/{number})**"
            )
            parts.append("摘要。" * 20)
    return "\n\n".join(parts) + "\n"


@pytest.fixture
def text(publisher: User) -> str:
    for years, year in enumerate(YEARS, 1):
        at = datetime(year, 6, 1, tzinfo=UTC)
        import_version(list_of(years), publisher, Origin(publisher, at))
    return list_of(3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list" / "README.md"


@pytest.fixture
def split(text: str, path: Path, run: Run) -> dict[str, str]:
    path.parent.mkdir()
    out = run("export_readme", str(path), *BY_YEAR)
    assert "README.md: written" in out
    return contents(path.parent)


def contents(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}


def rows() -> tuple[int, int]:
    return Revision.objects.count(), Event.objects.count()


def test_by_year_the_oldest_years_move_until_the_readme_fits(split: dict[str, str]) -> None:
    assert list(split) == ["README-2022.md", "README-2023.md", "README-2024.md", "README.md"]
    assert len(split["README.md"].encode()) <= 2000
    assert split["README.md"].count("[1–5 → 2022](README-2022.md#") == 2
    assert split["README.md"].count("[6–10 → 2023](README-2023.md#") == 2
    assert "**15、[微调15]" not in split["README.md"], "of one day what is further down goes first"
    assert "**11、[微调11]" in split["README.md"]
    assert split["README-2023.md"].count("**6、") == 2


def test_with_room_whole_years_stay(text: str, path: Path, run: Run) -> None:
    path.parent.mkdir()
    run("export_readme", str(path), "--split", "year", "--limit", "6500")
    assert list(contents(path.parent)) == ["README-2022.md", "README.md"]
    assert contents(path.parent)["README.md"].count("→") == 2


def test_by_section_the_archives_are_the_sections(text: str, path: Path, run: Run) -> None:
    path.parent.mkdir()
    run("export_readme", str(path), "--split", "section", "--limit", "3000")
    slugs = sorted(Category.objects.values_list("slug", flat=True))
    assert list(contents(path.parent)) == [*(f"README-{slug}.md" for slug in slugs), "README.md"]
    size = len(contents(path.parent)["README.md"].encode())
    assert 2400 <= size <= 3000, "no more moves than must"


def test_the_set_is_read_back_as_the_same_list_and_written_the_same(
    split: dict[str, str], text: str, publisher: User, path: Path, run: Run
) -> None:
    before = rows()
    args = ("--by", "publisher", "--publish", "--take-down-missing")
    assert "0 new, 0 changed, 30 unchanged" in run("import_readme", str(path), *args)
    assert rows() == before
    assert exporting.readme() == text
    assert "already up to date" in run("export_readme", str(path), *BY_YEAR)
    assert contents(path.parent) == split


def test_an_empty_desk_takes_the_set_in_as_one_list(
    publisher: User, path: Path, run: Run, text: str, split: dict[str, str]
) -> None:
    import_readme("只有一行。\n", publisher, publish=True, take_down_missing=True)
    run("import_readme", str(path), "--by", "publisher", "--publish", "--take-down-missing")
    assert exporting.readme() == text


def test_a_change_in_an_archive_comes_in_with_its_file_and_line(
    split: dict[str, str], publisher: User, path: Path, run: Run
) -> None:
    archive = path.parent / "README-2022.md"
    changed = split["README-2022.md"].replace("摘要。" * 20, "改了。\n\n**9、[x](y) z**", 1)
    archive.write_text(changed, encoding="utf-8")
    line = changed[: changed.index("**9、[x]")].count("\n") + 1
    out = run("import_readme", str(path), "--by", "publisher", "--publish")
    assert f"{archive}:{line}: " in out
    assert "0 new, 1 changed, 29 unchanged" in out


def test_check_covers_the_set(
    split: dict[str, str], path: Path, run: Run, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    check = ("export_readme", "--check", str(path), *BY_YEAR)
    assert run(*check) == ""
    archive = path.parent / "README-2022.md"
    archive.write_text(split["README-2022.md"].replace("微调1]", "微调 1]"), encoding="utf-8")
    assert "differs from the published list" in run(*check)
    assert "\n-**1、[微调 1]" in capfdbinary.readouterr().out.decode()
    archive.unlink()
    assert "differs from the published list" in run(*check)
    assert "\n+**1、[微调1]" in capfdbinary.readouterr().out.decode()
    run("export_readme", str(path), *BY_YEAR)
    assert contents(path.parent) == split
    assert "differs" in run("export_readme", "--check", str(path), "--split", "year")
    assert "\n-**1、[微调1]" in capfdbinary.readouterr().out.decode(), "archives are none any more"


def test_archives_that_are_none_any_more_are_removed(
    split: dict[str, str], text: str, path: Path, run: Run
) -> None:
    (path.parent / "README-notes.md").write_text("Mine.\n")
    assert f"{path.parent}/README-2022.md: removed" in run(
        "export_readme", str(path), "--split", "year"
    )
    assert contents(path.parent) == {"README.md": text, "README-notes.md": "Mine.\n"}


def test_what_is_stopped_in_between_is_refused_by_imports_and_mended_by_the_next_export(
    split: dict[str, str],
    publisher: User,
    path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = Revision.objects.filter(url="https://x.org/微调/1")
    actions.perform(one, "take_down", publisher, "Wrong.")
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "README.md":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device" in run("export_readme", str(path), *BY_YEAR)
    monkeypatch.undo()
    assert (path.parent / "README.md").read_text(encoding="utf-8") == split["README.md"]
    assert len(contents(path.parent)) == len(split), "no draft is left"
    before = rows()
    out = run("import_readme", str(path), "--by", "publisher", "--publish", "--take-down-missing")
    assert "write the files again with: manage.py export_readme --split" in out
    assert rows() == before
    run("export_readme", str(path), *BY_YEAR)
    assert "29 unchanged" in run("import_readme", str(path), "--by", "publisher", "--publish")


def test_what_would_overwrite_or_lose_something_is_refused(
    split: dict[str, str], path: Path, run: Run, tmp_path: Path
) -> None:
    assert "is split into archives: say --split" in run("export_readme", str(path))
    assert "is split into archives" in run("export_readme", "--check", str(path))
    assert "need the PATH" in run("export_readme", "--split", "year")
    assert "does not go with" in run("export_readme", str(path), "--canonical", *BY_YEAR)
    mine = path.parent / "README-2022.md"
    mine.write_text("Mine.\n")
    assert f"{mine}: this file is no archive of README.md" in run(
        "export_readme", str(path), *BY_YEAR
    )
    mine.unlink()
    target = tmp_path / "elsewhere.md"
    mine.symlink_to(target)
    assert "outside of the README's folder" in run("export_readme", str(path), *BY_YEAR)
    out = run("import_readme", str(path), "--by", "publisher")
    assert "outside of the README's folder" in out
    assert not target.exists()
    mine.unlink()
    assert f"{mine}: No such file" in run("import_readme", str(path), "--by", "publisher")


def test_a_readme_without_its_archives_is_refused_at_every_door(
    split: dict[str, str], publisher: User
) -> None:
    before = Article.objects.published().count()
    with pytest.raises(Refused):
        import_readme(split["README.md"], publisher, publish=True, take_down_missing=True)
    assert Article.objects.published().count() == before


def test_a_list_near_githubs_limit_is_named(publisher: User, path: Path, run: Run) -> None:
    path.parent.mkdir()
    text = generated(760)
    assert len(text.encode()) > NEAR
    import_readme(text, publisher, publish=True)
    assert "GitHub shows the first 512,000" in run("export_readme", str(path))
    path.unlink()
    out = run("export_readme", str(path), "--split", "section")
    assert "GitHub shows" not in out
    assert NEAR - 2_000 < path.stat().st_size <= NEAR


def test_a_history_of_split_versions_is_replayed(
    split: dict[str, str], text: str, tmp_path: Path, publisher: User, run: Run
) -> None:
    repo = Repo(tmp_path / "repo")
    for name, content in split.items():
        repo.write(content, name)
    repo.commit("Split")
    out = run("import_history", "--repo", str(repo.folder), "--by", "publisher", "--dry-run")
    assert "the desk has a list already" in out
    repository = Repository(repo.folder)
    (commit,) = repository.history("README.md")
    assert text_at(repository, commit) == text
