"""The workflow for a list's repository: valid, without known dangers, and its scripts work."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.transfer.conftest import ROOT, SEED

WORKFLOW = ROOT / ".github" / "examples" / "list.yml"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(WORKFLOW)
    return content


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--offline", "--no-config", "--quiet"],
    ],
)
def test_linters_have_nothing_to_say(command: list[str]) -> None:
    name, *options = command
    done = subprocess.run(
        [str(BIN / name), *options, str(WORKFLOW)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


class Runner:
    """What a job's scripts find on the machine that runs them."""

    def __init__(self, folder: Path, workflow: dict[str, Any]) -> None:
        self.folder = folder
        self.workflow = workflow
        python = folder / "digest" / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        (folder / "digest" / "manage.py").symlink_to(ROOT / "manage.py")
        (folder / "temp").mkdir()

    def write(self, checkout: str, text: str) -> None:
        path = self.folder / checkout / "README.md"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())

    def run(self, job: str, step: str) -> subprocess.CompletedProcess[str]:
        steps = self.workflow["jobs"][job]["steps"]
        (script,) = (one["run"] for one in steps if one["name"] == step)
        given = {name: str(value) for name, value in self.workflow["env"].items()}
        given |= {"RUNNER_TEMP": str(self.folder / "temp"), "DATABASE_URL": ""}
        given["GITHUB_STEP_SUMMARY"] = str(self.folder / "summary.md")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env=os.environ | given,
            capture_output=True,
            check=False,
            text=True,
            encoding="utf-8",
        )


@pytest.fixture
def runner(tmp_path: Path, workflow: dict[str, Any]) -> Runner:
    return Runner(tmp_path, workflow)


def test_a_pull_request_gets_the_plan_of_its_changes_as_text(runner: Runner) -> None:
    seed = SEED.read_bytes().decode()
    runner.write("base", seed)
    new = "**3、[新的 @all ~~~~~~~~~~~~~~ <img src=x>](https://new.example.org)**\n\n摘要。\n"
    runner.write("list", seed.rstrip("\n") + f"\n\n{new}")
    done = runner.run("plan", "Plan")
    assert done.returncode == 0, done.stderr
    plan = (runner.folder / "plan.md").read_text(encoding="utf-8")
    assert plan == (runner.folder / "summary.md").read_text(encoding="utf-8")
    start, inside, end = plan.split("~~~~~~~~~~~~")
    assert start.startswith("<!-- digest-plan -->\n")
    assert "1 new, 0 changed, 16 unchanged" in inside
    assert "新的 @all ~ ~ ~" in inside, "what a pull request says cannot end the block"
    assert end == "\n"


def test_without_a_desk_the_list_is_read_and_written_again(runner: Runner) -> None:
    runner.write("list", SEED.read_bytes().decode())
    done = runner.run("check", "Compare")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::notice::No secret" in done.stdout
