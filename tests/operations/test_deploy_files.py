"""The files of `.deploy` are well-formed, as the programs that read them judge."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.needs import missing

DEPLOY = Path(__file__).parents[2] / ".deploy"
SCRIPTS = ["install", "upgrade", "manage"]
UNITS = sorted(path.name for path in (DEPLOY / "units").iterdir())
# Of ten; a service that is not confined at all has 9.6.
EXPOSED = 20  # tenths


def run(*command: str | Path) -> str:
    if not shutil.which(str(command[0])):
        missing(str(command[0]))
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with the units as `install` writes them, for a machine in a folder."""
    folder = tmp_path / "units"
    folder.mkdir()
    programs = tmp_path / "current/.venv/bin"
    programs.mkdir(parents=True)
    for name in ("gunicorn", "python"):
        (programs / name).touch(mode=0o755)
    said = {"ROOT": tmp_path, "SETTINGS": tmp_path / "env", "USER": "daemon"}
    said |= {"WEB_SOCKET": tmp_path / "web.sock", "BACKUPS": tmp_path}
    for path in (DEPLOY / "units").iterdir():
        text = re.sub(r"@(\w+)@", lambda mark: str(said[mark[1]]), path.read_text())
        (folder / path.name).write_text(text)
    return folder


def test_the_scripts_are_clean() -> None:
    run("shellcheck", "--external-sources", "--source-path", DEPLOY,
        *(DEPLOY / name for name in SCRIPTS))  # fmt: skip


@pytest.mark.parametrize("script", ["install", "upgrade"])
def test_a_script_explains_itself_and_refuses_what_it_does_not_know(script: str) -> None:
    assert run(DEPLOY / script, "--help").count("--") > 2
    with pytest.raises(AssertionError, match="no such option: --hepl"):
        run(DEPLOY / script, "--hepl")


def test_systemd_takes_the_units(units: Path) -> None:
    names = [name.replace("@", "@clearsessions") for name in UNITS]
    (units / "digest-job@clearsessions.service").symlink_to(units / "digest-job@.service")
    told = run("systemd-analyze", "verify", "--man=no", *(units / name for name in names))
    assert "digest" not in told, told


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_service_is_confined(unit: str, units: Path) -> None:
    run("systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSED}", units / unit)
