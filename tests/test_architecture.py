"""The two laws of the house, read from the imports themselves.

1. The reader's side never imports the editor's: `digest` knows no drafts.
2. The codec, `digest.readme`, imports nothing but the standard library and itself.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What a module of the package may not name.
LAWS: dict[str, Callable[[str], bool]] = {
    "digest": lambda name: within(name, "editorial"),
    "digest.readme": lambda name: (
        not within(name, "digest.readme") and name.partition(".")[0] not in sys.stdlib_module_names
    ),
}

MODULE_NAME = r"editorial(\.\w+)*"


def within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the module that `from … import` reads, its leading dots resolved."""
    if not node.level:
        return node.module or ""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def names(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Yield each module that the source of a module in this package imports, or names in a string.

    A string is how `import_module`, `get_model` or a foreign key would go around an import.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute(node, package)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Constant) and re.fullmatch(MODULE_NAME, str(node.value)):
            yield node.lineno, str(node.value)


def offences(root: Path, law: str) -> list[str]:
    """Return every place under the law's package that breaks it."""
    found = []
    for path in sorted(root.joinpath(*law.split(".")).rglob("*.py")):
        if path == root / "digest" / "settings.py":
            continue  # INSTALLED_APPS names both sides, in strings; a test below reads its imports.
        package = ".".join(path.parent.relative_to(root).parts)
        for line, name in names(ast.parse(path.read_text("utf-8")), package):
            if LAWS[law](name):
                found.append(f"{path.relative_to(root)}:{line} names {name}")
    return found


@pytest.mark.parametrize("law", LAWS)
def test_the_house_keeps_its_laws(law: str) -> None:
    assert list(ROOT.joinpath(*law.split(".")).rglob("*.py")), f"{law} has no source to read"
    assert offences(ROOT, law) == []


def test_settings_name_the_other_side_but_never_import_it() -> None:
    source = ROOT.joinpath("digest", "settings.py").read_text("utf-8")
    nodes = ast.walk(ast.parse(source))
    imports = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [line for line in imports if "editorial" in line] == []


@pytest.mark.parametrize(
    ("module", "source", "law"),
    [
        ("digest/views.py", "import editorial", "digest"),
        ("digest/views.py", "import editorial.models as models", "digest"),
        ("digest/views.py", "from editorial import actions", "digest"),
        ("digest/views.py", "def view():\n    from editorial.models import Revision", "digest"),
        ("digest/views.py", "if TYPE_CHECKING:\n    import editorial", "digest"),
        ("digest/models.py", "ForeignKey('editorial.Revision')", "digest"),
        ("digest/readme/parse.py", "import_module('editorial')", "digest"),
        ("digest/readme/parse.py", "import django", "digest.readme"),
        ("digest/readme/parse.py", "from django.utils import timezone", "digest.readme"),
        ("digest/readme/parse.py", "from digest.models import Article", "digest.readme"),
        ("digest/readme/parse.py", "from digest import mirror", "digest.readme"),
        ("digest/readme/parse.py", "from ..models import Article", "digest.readme"),
        ("digest/readme/parse.py", "from .. import mirror", "digest.readme"),
        ("digest/readme/parse.py", "import markdown_it", "digest.readme"),
    ],
)
def test_an_offence_is_found(tmp_path: Path, module: str, source: str, law: str) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(source)
    (offence,) = offences(tmp_path, law)
    assert offence.startswith(f"{module}:")


@pytest.mark.parametrize(
    "source",
    [
        "import re, unicodedata",
        "from collections.abc import Iterator",
        "from digest.readme.document import Entry",
        "from digest.readme import parse",
        "from .document import Entry",
        "from . import document",
        "'''The editorial desk is elsewhere.'''",
    ],
)
def test_what_the_codec_may_do_is_no_offence(tmp_path: Path, source: str) -> None:
    path = tmp_path / "digest" / "readme" / "parse.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert offences(tmp_path, "digest.readme") == []
    assert offences(tmp_path, "digest") == []
