"""An entry's fields as they come from people and files: made comparable, and checked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from digest.mirror import entry_of
from digest.models import EntryFields
from digest.readme import Picture, check_entry
from digest.readme.grammar import label
from digest.readme.render import Unfit
from editorial import pictures
from editorial.refusals import Invalid

if TYPE_CHECKING:
    from editorial.models import Revision

# What an entry says.  Changing one of these makes the text that it was read from out of date.
SAID = ("headline", "url", "title", "summary", "links", "picture_src", "picture_alt")
# What an article takes over from a revision of it, the stored picture aside.
COLUMNS = (*SAID, "picture_source", "source", "source_place", "gap")

# What people see of an entry, as the form and comments name it.
FIELDS = (
    *("category", "headline", "url", "title", "summary", "links"),
    *("picture_src", "picture_alt", "tags"),
)

TAG_LENGTH = 100  # what django-taggit's column holds
# A browser would run these, or show a reader's own files; it skips blanks and control characters.
UNSAFE = re.compile(r"(javascript|vbscript|data|file):", re.IGNORECASE)
INVISIBLE = re.compile(r"[\x00-\x20]")


def tidy(value: Any) -> Any:
    """Return the value as it is compared and stored: LF newlines, nothing blank at the ends."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, (list, tuple)):
        return [tidy(part) for part in value]
    return value


def tidy_tags(names: Iterable[str]) -> list[str]:
    """Return the tags in order, each once: "LLM" and "llm" are one."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(tidy(name).casefold(), tidy(name))
    return [name for name in unique.values() if name]


def texts_of(row: "Revision") -> Iterator[str]:
    """Go through all that people wrote in the row."""
    for column in (*SAID, "picture_source", "source", "section"):
        if column != "links":
            yield getattr(row, column)
    for link in row.links:
        yield from link
    yield from row.tag_names


def changes(row: "Revision", fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that these fields change in the row, and those that change with them."""
    given = {name: tidy(value) for name, value in fields.items()}
    if "tag_names" in given:
        given["tag_names"] = tidy_tags(given["tag_names"])
    if "links" in given:
        given["links"] = _labelled(given["links"])
    if "category" in given:
        category = given.pop("category")
        given["category_id"] = category.pk if category else None
    made = {name: value for name, value in given.items() if value != tidy(_value(row, name))}
    said = made.keys() & set(SAID)
    if said:
        made["source"] = ""
    if said & {"picture_src", "picture_alt"}:
        made["picture_source"] = ""
    if "picture_src" in said and "picture" not in given:
        made["picture"] = ""
    if "category_id" in made:
        made |= {"section": "", "position": None, "gap": None}
    return made


def stored(row: "Revision", column: str) -> Any:
    """Return what a column holds, as JSON can keep it."""
    return row.picture.name if column == "picture" else getattr(row, column)


def _value(row: "Revision", name: str) -> Any:
    return _labelled(row.links) if name == "links" else stored(row, name)


def _labelled(links: Iterable[Iterable[str]]) -> list[list[str]]:
    """Return the links with their labels in the house's spelling."""
    return [[label(name), url] for name, url in links]


def refuse_nul(texts: Iterable[str]) -> None:
    """Refuse a NUL character, which PostgreSQL cannot hold."""
    if any("\0" in text for text in texts):
        raise Invalid(_("A NUL character cannot be stored."))


def refuse_unfit(row: "Revision") -> None:
    """Refuse an entry that readers could not read or that the README could not give back."""
    refuse_nul(texts_of(row))
    if not row.headline:
        raise Invalid(_("An entry needs a headline."), "headline")
    for name in row.tag_names:
        if len(name) > TAG_LENGTH:
            message = _("The tag “%(name)s…” is too long: %(limit)d characters at most.")
            raise Invalid(message % {"name": name[:20], "limit": TAG_LENGTH}, "tags")
    # What still has its source came from a README, so it can stand in one.
    unfit = None if row.source else check_entry(entry_of(row))
    if unfit:
        field = "picture_src" if unfit.field == "picture" else unfit.field
        raise Invalid(_why_unfit(unfit), field)


def _why_unfit(unfit: Unfit) -> str:
    """Say what the README would do to a field, to the person who typed it."""
    if unfit == Unfit("headline"):
        return _(
            "The README needs the headline and its address on one line, with brackets in pairs: "
            "write \\[ for a lone [."
        )
    if unfit == Unfit("summary"):
        return _(
            "In the README several paragraphs need links behind them, and none may look like "
            "another block: a heading, an entry, code."
        )
    if not unfit.read:
        return _("The README would lose this.")
    return _("The README would give this back as “%(text)s”.") % {"text": _text_of(unfit.read)}


def _text_of(read: object) -> str:
    if isinstance(read, Picture):
        return f"{read.src} {read.alt}".strip()
    if isinstance(read, tuple):
        return ", ".join(f"{label} {url}" for label, url in read)
    return str(read)


def refuse_unsafe(row: EntryFields, before: EntryFields | None = None) -> None:
    """Refuse addresses that a reader's browser must not follow, save those that stood there before.

    A README may bring them, and whoever mends a comma is not made to hunt for a lost paper; the
    site never links them.
    """
    old = {address for _field, address in _addresses(before)} if before else set()
    for field, address in _addresses(row):
        if address not in old and UNSAFE.match(INVISIBLE.sub("", address)):
            message = _("This address cannot be taken: %(address)s. Begin with https://.")
            raise Invalid(message % {"address": address}, field)


def refuse_unknown_picture(name: str) -> None:
    """Refuse a picture that the desk has not stored itself."""
    if name and not pictures.is_stored(name):
        raise Invalid(_("This picture is not stored here: choose its file."), "picture_file")


def _addresses(row: EntryFields) -> Iterator[tuple[str, str]]:
    """Go through the addresses in the row, each with the form's field that it is in."""
    yield "url", row.url
    for _label, url in row.links:
        yield "links", url
    yield "picture_src", row.picture_src
