"""A README from outside: whose entry is which, the plan that follows, and what it makes here."""

from editorial.incoming.importing import (
    Origin,
    accept_outline,
    decline_outline,
    import_readme,
    import_version,
)

__all__ = ["Origin", "accept_outline", "decline_outline", "import_readme", "import_version"]
