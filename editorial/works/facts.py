"""What is said of a paper beyond its title and links: checked, and in the form that is stored."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from digest.bibliography import authors_of, date_of, text_of_authors
from digest.models import Paper
from editorial import entries
from editorial.refusals import Invalid

FACTS = ("authors", "published_on", "venue", "venue_kind")
MOST_AUTHORS = 10_000  # the longest lists there are have some 5,000


def name_of(fact: str) -> str:
    """Return what people call the fact."""
    return str(Paper._meta.get_field(fact).verbose_name)  # type: ignore[union-attr]  # of its own


def tidied(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts as they are stored; raises Invalid, with the field that is wrong."""
    found = {name: str(value).strip() for name, value in facts.items()}
    if unknown := found.keys() - set(FACTS):
        raise ValueError(f"no facts of a paper: {', '.join(sorted(unknown))}")
    entries.refuse_nul(found.values())
    if "authors" in found:
        authors = authors_of(found["authors"])
        if len(authors) > MOST_AUTHORS:
            raise Invalid(_("That are more authors than a paper may have."), "authors")
        found["authors"] = text_of_authors(authors)
    if "published_on" in found:
        found["published_on"] = _date(found["published_on"])
    if "venue" in found:
        found["venue"] = " ".join(found["venue"].split())
        longest = Paper._meta.get_field("venue").max_length or 0
        if len(found["venue"]) > longest:
            raise Invalid(_("At most %d characters.") % longest, "venue")
    if found.get("venue_kind", "") not in {"", *Paper.VenueKind.values}:
        raise Invalid(_("There is no such kind of venue."), "venue_kind")
    return found


def _date(text: str) -> str:
    try:
        return str(date_of(text) or "")
    except ValueError:
        raise Invalid(
            _("Write a date as exactly as you know it: 2023, 2023-05 or 2023-05-23."),
            "published_on",
        ) from None
