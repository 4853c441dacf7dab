"""What the rules found in files, as people, programs, GitHub and code scanners read it."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from digest import unified
from digest.readme.rules import RULES, Edit, Finding, Severity

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_GITHUB_COMMANDS = {**_SARIF_LEVELS, Severity.INFO: "notice"}


class Checked(NamedTuple):
    """A file, ``-`` for standard input, and what was found in it."""

    path: str
    findings: Sequence[Finding]


def as_text(files: Sequence[Checked], language: str) -> Iterator[str]:
    """Yield a line for each finding: ``file:line:column code message``."""
    for path, findings in files:
        for found in findings:
            message = found.message(language)
            yield f"{path}:{found.line}:{found.column} {found.code} {message}"


def as_json(files: Sequence[Checked], language: str) -> Iterator[str]:
    """Yield one array of findings; the places of edits count characters from 0."""
    findings = [
        {
            "path": path,
            "line": found.line,
            "column": found.column,
            "code": found.code,
            "severity": found.severity.value,
            "message": found.message(language),
            "edits": [edit._asdict() for edit in found.edits],
        }
        for path, findings in files
        for found in findings
    ]
    yield json.dumps(findings, ensure_ascii=False, indent=1)


def as_github(files: Sequence[Checked], language: str) -> Iterator[str]:
    """Yield workflow commands, which GitHub Actions shows beside the lines.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    for path, findings in files:
        for found in findings:
            properties = {
                "file": path,
                "line": str(found.line),
                "col": str(found.column),
                "title": found.code,
            }
            said = ",".join(
                f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
                for name, value in properties.items()
            )
            command = _GITHUB_COMMANDS[found.severity]
            yield f"::{command} {said}::{_escaped(found.message(language))}"


def as_sarif(files: Sequence[Checked], language: str) -> Iterator[str]:
    """Yield a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for scanners."""
    codes = list(RULES)
    rules = [
        {
            "id": rule.code,
            "shortDescription": {"text": rule.why.said(language)},
            "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
        }
        for rule in RULES.values()
    ]
    results = [
        _sarif_result(path, found, codes.index(found.code), language)
        for path, findings in files
        for found in findings
    ]
    run = {
        "tool": {"driver": {"name": "digest", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    yield json.dumps(log, ensure_ascii=False, indent=1)


FORMATS: dict[str, Callable[[Sequence[Checked], str], Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def difference(path: str, before: str, after: str) -> str:
    """Return the unified diff of a file and what it becomes; nothing if they are equal."""
    if before == after:
        return ""
    hunks = unified.hunks(before, after, in_place=True)
    return "".join([f"--- {path}\n", f"+++ {path} (fixed)\n", *hunks])


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _sarif_result(path: str, found: Finding, index: int, language: str) -> dict[str, Any]:
    artifact = {"uri": _uri(path)}
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": _SARIF_LEVELS[found.severity],
        "message": {"text": found.message(language)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": found.line, "startColumn": found.column},
                }
            }
        ],
    }
    if found.edits:
        replacements = list(map(_sarif_replacement, found.edits))
        change = {"artifactLocation": artifact, "replacements": replacements}
        result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _sarif_replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
        "insertedContent": {"text": edit.text},
    }


def _uri(path: str) -> str:
    if path == "-":
        return "stdin"
    return Path(path).as_uri() if Path(path).is_absolute() else quote(Path(path).as_posix())
