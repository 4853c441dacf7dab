"""What the README says is true."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from editorial.transitions import TABLE, State

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def transition_table() -> str:
    """Return the table of transitions as Markdown."""
    rows = ["| move | from | to | right | whose | needs |", "|---|---|---|---|---|---|"]
    for row in TABLE:
        name = f"`{row.name}`" if row.by_hand else f"`{row.name}` (by code)"
        sources = ", ".join(state.value for state in type(row.target) if state in row.sources)
        rows.append(
            f"| {name} | {sources} | {row.target.value} | `{row.permission}` "
            f"| {row.whose.value} | {row.needs} |"
        )
    return "\n".join(rows)


def state_chart() -> str:
    """Return the chart of states as Mermaid, which GitHub draws."""
    ways: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        for source in (state for state in State if state in row.sources):
            ways.setdefault((source.value, row.target.value), []).append(row.name)
    ends = set(State) - {source for row in TABLE for source in row.sources}
    return "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> draft: propose, revise",
            *(f"    {old} --> {new}: {', '.join(names)}" for (old, new), names in ways.items()),
            *(f"    {state.value} --> [*]" for state in State if state in ends),
            "```",
        ]
    )


def between(mark: str) -> str:
    """Return what the README has between two marks of this name."""
    return README.split(f"<!-- {mark} -->\n")[1].split(f"\n<!-- /{mark} -->")[0]


def test_the_chart_of_states_is_the_one_in_the_code() -> None:
    assert between("states") == state_chart(), f"put this there:\n{state_chart()}"


def test_the_table_of_transitions_is_the_one_in_the_code() -> None:
    assert between("transitions") == transition_table(), f"put this there:\n{transition_table()}"


def test_every_command_is_explained() -> None:
    ours = {name for name, app in get_commands().items() if app in ("digest", "editorial")}
    assert {name for name in ours if f"`{name}" not in README} == set()


def test_every_setting_is_explained() -> None:
    source = (ROOT / "digest" / "settings.py").read_text(encoding="utf-8")
    variables = set(re.findall(r"(?:env\.\w+|required)\(\s*\"([A-Z_]+)\"", source))
    assert "DATABASE_URL" in variables
    assert {name for name in variables if f"`{name}`" not in README} == set()


@pytest.mark.parametrize("room", ["digest", "editorial"])
def test_every_file_of_the_tree_is_shown(room: str) -> None:
    tree = README.split("```\ndigest/ ")[1].split("```")[0]
    files = {path.name for path in (ROOT / room).glob("*.py")} - {
        "__init__.py",
        "apps.py",
        "wsgi.py",
    }
    assert {name for name in files if name not in tree} == set()


def test_every_link_to_a_file_leads_there() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", README)
    paths = {first or second for first, second in targets}
    assert {path for path in paths if not (ROOT / path).exists()} == set()
