"""What a killed process leaves of a file is out of everybody's way, and goes by itself."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from editorial.doctor import examine
from tests.transfer.conftest import Run

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = "0123456789abcdef0123456789abcdef01234567"


def left(path: Path, *, days: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("half")
    at = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def test_an_export_removes_the_drafts_of_runs_that_were_killed(tmp_path: Path, run: Run) -> None:
    old = left(tmp_path / ".README.md.a1b2c3d4.draft", days=2)
    at_work = left(tmp_path / ".README.md.e5f6a7b8.draft", days=0)
    others = left(tmp_path / ".README.md.original", days=400)
    run("export_readme", str(tmp_path / "README.md"))
    assert (old.exists(), at_work.exists(), others.exists()) == (False, True, True)


def test_the_doctor_finds_what_is_left_of_a_picture(run: Run) -> None:
    folder = Path(settings.MEDIA_ROOT) / "pictures"
    old = left(folder / f".{LEFT}.png.0011223344556677.draft", days=2)
    at_work = left(folder / f".{LEFT}.png.8899aabbccddeeff.draft", days=0)
    (found,) = [finding for _check, finding in examine(timezone.now()) if finding]
    assert (found.check.code, found.first) == ("orphans", (f"pictures/{old.name}",))
    assert "repaired" in run("doctor", "--repair")
    assert (old.exists(), at_work.exists()) == (False, True)
