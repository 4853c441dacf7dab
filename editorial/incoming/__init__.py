"""A README from outside: whose entry is which, the plan that follows, and what it makes here."""

from editorial.incoming.importing import import_readme, import_version
from editorial.incoming.making import Origin
from editorial.incoming.waiting import accept_outline, decline_outline, exported

__all__ = [
    "Origin", "accept_outline", "decline_outline", "exported", "import_readme", "import_version",
]  # fmt: skip
