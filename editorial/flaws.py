"""The rules of the list at one entry: what it breaks, in which field, and the fields mended.

The rules themselves are the codec's (``digest.readme.rules``).  Those about a whole list (contents,
numbers, headings) have nothing to say here; which other entries are about the same paper is asked
of the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digest.mirror import entry_of
from digest.models import Article, EntryFields
from digest.readme import Entry, house, parse
from digest.readme.identity import identity_of
from digest.readme.rules import RULES, Rule, Severity, Words, check
from digest.readme.rules.mending import mended
from editorial.links.gathering import fingerprint
from editorial.models import Link, Revision
from editorial.refusals import Invalid

# The rules that one entry can break by itself.
ENTRY_RULES = tuple(
    RULES[code]
    for code in (
        *("bold-literal", "italic-literal", "link-unsafe", "link-empty", "link-code", "link-paper"),
        *("link-tracking", "title-missing", "summary-empty", "link-missing", "summary-long"),
        *("bracket-unbalanced", "quote-unbalanced", "bracket-width", "punctuation-width"),
        "picture-alt",
    )
)
LIST_RULES = tuple(RULES[code] for code in ("paper-repeated", "paper-elsewhere", "address-shared"))

# The field that a rule is about, where what it finds stands in none.
_ABOUT = {
    "title-missing": "title",
    "summary-empty": "summary",
    "summary-long": "summary",
    "link-missing": "links",
    "picture-alt": "picture_alt",
}
_HEADING = "# x\n\n"
_FIELDS = ("headline", "url", "title", "summary", "links", "picture_src", "picture_alt")


@dataclass(frozen=True)
class Flaw:
    """A rule that an entry breaks, in which field of the form, and whether it can be mended."""

    rule: Rule
    field: str
    arguments: tuple[tuple[str, object], ...] = ()
    fixable: bool = False

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def is_error(self) -> bool:
        """Whether it must be put right before others are asked to look at it."""
        return self.rule.severity is Severity.ERROR

    @property
    def message(self) -> str:
        """What is wrong, in the language of the page."""
        return said(self.rule.message).format_map(dict(self.arguments))

    @property
    def why(self) -> str:
        """Why the rule is there."""
        return said(self.rule.why)


def said(words: Words) -> str:
    """Return a rule's words in the language of the page."""
    return words.said(get_language() or "en")


@lru_cache(maxsize=256)  # what was looked at when it was submitted is published soon after
def flaws_of(entry: Entry) -> tuple[Flaw, ...]:
    """Return what an entry breaks by itself, in the order of its fields."""
    text, spans = _written(entry)
    found = [
        Flaw(
            finding.rule,
            _ABOUT.get(finding.code) or _field_at(finding.hit.start, spans),
            tuple(finding.hit.arguments.items()),
            bool(finding.edits),
        )
        for finding in check(text, rules=ENTRY_RULES)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda flaw: _FIELDS.index(flaw.field)))


def flaws_among_others(row: Article | Revision) -> list[Flaw]:
    """Return what an entry breaks beside the live ones: its paper or its address twice.

    Costs the same at any length of the list: papers and links are found by their indexes.
    """
    own = row.pk if isinstance(row, Article) else row.article_id
    others = Article.objects.published().exclude(pk=own or 0)
    words = {"headline": row.headline}
    found = []
    identity = identity_of(row.title, [(label, url) for label, url in row.links])
    paper = Q(paper__identity=identity) if identity else Q(pk=None)
    same_paper = others.filter(paper).order_by("pk")
    if first := same_paper.filter(category=row.category_id).first():
        found.append(_among(RULES["paper-repeated"], "title", words, first))
    if first := same_paper.exclude(category=row.category_id).first():
        found.append(_among(RULES["paper-elsewhere"], "title", words, first))
    if row.url:
        known = Link.objects.filter(fingerprint=fingerprint(row.url)).values("mentions__article")
        sharing = others.filter(pk__in=known, url=row.url).exclude(paper)
        if first := sharing.order_by("pk").first():
            found.append(_among(RULES["address-shared"], "url", words, first))
    return found


def by_field(revision: Revision) -> dict[str, list[Flaw]]:
    """Return all that a revision breaks, by the fields of its form; nothing of an empty one."""
    found: dict[str, list[Flaw]] = {}
    if not (revision.headline or revision.summary):
        return found
    for flaw in (*flaws_of(entry_of(revision)), *flaws_among_others(revision)):
        found.setdefault(flaw.field, []).append(flaw)
    return found


def fixed(entry: Entry, code: str) -> Entry:
    """Return the entry with all mended that this rule finds, as far as it changes no meaning."""
    rule = RULES.get(code)
    if rule is None or rule not in ENTRY_RULES or not rule.fixable:
        return entry
    text, _spans = _written(entry)
    edits = [finding.edits for finding in check(text, rules=[rule]) if finding.edits]
    entries = parse(mended(text, edits)).entries
    return entries[0] if len(entries) == 1 else entry


def all_fixed(entry: Entry) -> Entry:
    """Return the entry with all mended that can be."""
    for rule in ENTRY_RULES:
        if rule.fixable:
            entry = fixed(entry, rule.code)
    return entry


def fields_of(entry: Entry) -> dict[str, Any]:
    """Return what mending may have changed, as ``actions.edit`` takes it."""
    return {
        "headline": entry.headline,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "links": [[link.label, link.url] for link in entry.links],
    }


def refuse_errors(revision: Revision) -> None:
    """Refuse a revision with errors that are its own.

    What came out of a README was public there and is let through, and so is what the live article
    has, too: whoever mends a comma is not made to hunt for a lost paper.
    """
    if revision.source:
        return
    errors = [flaw for flaw in flaws_of(entry_of(revision)) if flaw.is_error]
    if errors and revision.article:
        live = set(flaws_of(entry_of(revision.article)))
        errors = [flaw for flaw in errors if flaw not in live]
    if errors:
        message = _("%(message)s (%(code)s) Put it right, then submit it again.")
        words = {"message": errors[0].message, "code": errors[0].code}
        raise Invalid(message % words, errors[0].field)


def _among(rule: Rule, field: str, words: Mapping[str, object], other: EntryFields) -> Flaw:
    return Flaw(rule, field, tuple({**words, "first": other.headline}.items()))


def _written(entry: Entry) -> tuple[str, list[tuple[int, str]]]:
    """Return the entry as the README writes it, and where each field begins there."""
    text = f"{_HEADING}{house.entry(entry, 1)}\n"
    picture = entry.picture
    parts = [
        ("headline", entry.headline),
        ("url", entry.url),
        ("picture_src", picture.src if picture else ""),
        ("title", entry.title),
        ("summary", entry.summary),
        ("links", entry.links[0].label if entry.links else ""),
    ]
    spans, position = [], 0
    for name, part in parts:
        found = text.find(part, position) if part else -1
        if found >= 0:
            spans.append((found, name))
            position = found + len(part)
    return text, spans


def _field_at(position: int, spans: list[tuple[int, str]]) -> str:
    """Return the field that stands at a position; what stands before the first is the headline."""
    for (start, name), (end, _next) in pairwise([*spans, (position + 1, "")]):
        if start <= position < end:
            return name
    return "headline"
