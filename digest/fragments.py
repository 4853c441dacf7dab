"""Pieces of pages, made once for as long as they say the same.

To make an entry's HTML takes twenty times as long as to read its row.  So what was made is kept in
the process by all that it was made of: a change makes another key, and nothing has to be thrown
away.  What no page asks for any more goes first.
"""

from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from digest.rows import Row

KEPT = 4_000  # some 10 kB each


def html(name: str, row: Row | None = None, **given: Any) -> SafeString:
    """Return what ``digest/_NAME.html`` makes of an article and of plain values, and nothing else.

    The values can be hashed, and say all there is to them.
    """
    return made(name, row, get_language(), tuple(given.items()))


@lru_cache(KEPT)
def made(
    name: str, row: Row | None, _language: str | None, given: tuple[tuple[str, Any], ...]
) -> SafeString:
    """Make what :func:`html` returns, in the language of the moment."""
    context = dict(given)
    if row is not None:
        context["article"] = row.article()
    return render_to_string(f"digest/_{name}.html", context)
