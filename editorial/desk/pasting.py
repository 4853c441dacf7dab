"""An entry's Markdown, as people copy it out of a README: read by the codec, or refused."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from digest.markup import plain
from digest.models import Category
from digest.readme import Document, Entry, Section, parse, unread
from digest.readme.document import Node
from editorial.refusals import Invalid

# An entry belongs to a section; where none was copied with it, this stands in for it.
STAND_IN = "# -\n\n"
SHOWN = 5


@dataclass(frozen=True)
class Pasted:
    """One entry, and the title of the section that was copied with it, if any."""

    entry: Entry
    section: str

    @property
    def category(self) -> Category | None:
        """The section of the list that has this title, if one alone has it."""
        title = plain(self.section)
        found = [one for one in Category.objects.all() if title and plain(one.title) == title]
        return found[0] if len(found) == 1 else None


def read(text: str) -> Pasted:
    """Return the one entry in the text; refuse what holds none, several, or anything else."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    document, above = parse(text), 0
    if not document.entries:
        document, above = parse(STAND_IN + text), STAND_IN.count("\n")
    entries = document.entries
    if not entries:
        raise _invalid(_why_none(document, above))
    if len(entries) > 1:
        lines = ", ".join(str(entry.line - above) for entry in entries[:SHOWN])
        message = _("%(count)d entries begin here, in lines %(lines)s …: paste one of them.")
        raise _invalid(message % {"count": len(entries), "lines": lines})
    if rest := _rest(document, above):
        message = _("Line %(line)d is no part of the entry: “%(text)s”.")
        first = rest.source.split("\n", maxsplit=1)[0]
        raise _invalid(message % {"line": rest.line - above, "text": first[:60]})
    title = "" if above else next(one.title for one in document.sections if one.entries)
    return Pasted(entries[0], title)


def _invalid(message: str) -> Invalid:
    return Invalid(message, "pasted")


def _why_none(document: Document, above: int) -> str:
    for found in unread(document):
        if found.code == "no-entry":
            message = _("Line %(line)d begins like an entry but is none: “%(text)s”.")
            return message % {"line": found.line - above, "text": found.text}
    return _("There is no entry here: one begins with a line like **1、[Headline](https://…)**")


def _rest(document: Document, above: int) -> Node | Section | None:
    """Return the first thing that is neither the entry nor the heading of its section."""
    others: list[Node | Section] = list(document.preamble)
    for section in document.sections:
        if not section.entries and section.line > above:
            others.append(section)
        others += [node for node in section.nodes if not isinstance(node, Entry)]
    return min(others, key=lambda node: node.line, default=None)
