"""Every text of the site is said in Chinese, and the compiled catalogues say the same."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.needs import missing

ROOT = Path(__file__).parent.parent
CATALOGUES = [f"{app}/locale/zh_Hans/LC_MESSAGES/django" for app in ("digest", "editorial")]
REMEDY = "run `make messages`"

Key = tuple[str | None, str]


def texts(path: Path) -> set[Key]:
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path)) if not entry.obsolete}


def translations(entries: polib.POFile | polib.MOFile) -> dict[Key, object]:
    """Return what a compiled catalogue can say: the texts that are translated."""
    said = entries.translated_entries()
    return {(e.msgctxt, e.msgid): (e.msgstr, dict(e.msgstr_plural)) for e in said}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collect the texts anew in a copy of the tree, so that the project's own catalogues stay."""
    if not shutil.which("xgettext"):
        missing("gettext")
    copy = tmp_path_factory.mktemp("tree")
    for folder in ("digest", "editorial", "templates"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", copy)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-wrap"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return copy


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_every_text_is_collected(collected: Path, catalogue: str) -> None:
    assert texts(ROOT / f"{catalogue}.po") == texts(collected / f"{catalogue}.po"), REMEDY


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_every_text_is_translated(catalogue: str) -> None:
    kept = polib.pofile(str(ROOT / f"{catalogue}.po"))
    assert [entry.msgid for entry in kept.untranslated_entries()] == []
    assert [entry.msgid for entry in kept.fuzzy_entries()] == []


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_the_compiled_catalogue_is_up_to_date(catalogue: str) -> None:
    source = polib.pofile(str(ROOT / f"{catalogue}.po"))
    compiled = polib.mofile(str(ROOT / f"{catalogue}.mo"))
    assert translations(source) == translations(compiled), REMEDY
