"""`.deploy/LICENCES.md` names each package that runs, with the licence that it states itself."""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([a-z0-9-]+) \| (\d\S*) \| (.+) \|$", re.MULTILINE)
LISTED = {
    name: (version, licence)
    for name, version, licence in ROW.findall((ROOT / ".deploy/LICENCES.md").read_text())
}
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M))
# They want their texts kept. The last three also want what somebody changes in the package itself
# given away as it was given: we change nothing.
ACCEPTED = {
    "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause",
    "MIT", "MIT License", "MIT-0", "MIT-CMU", "PSF-2.0", "Python Software Foundation License",
    "Unlicense",
    "LGPL-3.0-only", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)",
}  # fmt: skip


def licence(name: str) -> str:
    """Return what a package says of its licence; nothing if it does not run here."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [one.split(" :: ") for one in said.get_all("Classifier", [])]
    named = [parts[-1] for parts in classifiers if parts[0] == "License"]
    return said["License-Expression"] or " AND ".join(named) or said["License"]


def test_each_package_that_runs_is_listed() -> None:
    rows = {name: (version, licence(name) or LISTED.get(name, ("", "?"))[1])
            for name, version in LOCKED.items()}  # fmt: skip
    table = "\n".join(f"| {name} | {' | '.join(row)} |" for name, row in rows.items())
    assert rows == LISTED, f"put this there:\n{table}"


def test_each_licence_suits_ours() -> None:
    terms = {name: set(re.split(" AND | OR ", row[1])) for name, row in LISTED.items()}
    assert {name: named - ACCEPTED for name, named in terms.items() if named - ACCEPTED} == {}
