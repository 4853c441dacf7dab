"""A README from outside: whose entry is which, the plan that follows, and what it makes here."""

from editorial.incoming.importing import accept_outline, decline_outline, import_readme

__all__ = ["accept_outline", "decline_outline", "import_readme"]
