"""Changes of the list's frame: its sections and the text around its entries.

They are made by those who may publish and readers see them at once.  As with entries, the right is
checked here and everything is written in one transaction.
"""

from collections.abc import Mapping, Sequence
from itertools import count

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from digest import mirror
from digest.markup import block
from digest.models import Article, Category, Passage, Readme
from digest.readme import (
    Contents,
    Document,
    Section,
    Text,
    parse,
    render,
    renew_contents,
    section_anchors,
)
from editorial import entries
from editorial.live import places, publishing
from editorial.models import Revision
from editorial.refusals import Invalid, WrongState, refuse_without
from editorial.transitions import OPEN

RIGHT = "editorial.publish_revision"
TITLE_LENGTH = 500
SLUG_LENGTH = 200


def save_category(user: User, category: Category) -> Category:
    """Store a section at its position; the others make room and the contents follow."""
    refuse_without(user, RIGHT)
    check_category(category)
    with transaction.atomic():
        publishing.hold(timezone.now())
        before = _titles()
        old = Category.objects.filter(pk=category.pk).first()
        if old and (old.title, old.depth) != (category.title, category.depth):
            category.source = ""
        category.slug = free_slug(category)
        others = list(Category.objects.exclude(pk=category.pk))
        place = category.position or len(others) + 1
        category.position = place = min(place, len(others) + 1)
        category.save()
        _number([*others[: place - 1], category, *others[place - 1 :]], moved=old)
        adopt_waiting(category)
        _renew_contents(before)
    return category


def delete_category(user: User, category: Category) -> None:
    """Delete a section that holds no article, with the text in it."""
    refuse_without(user, RIGHT)
    with transaction.atomic():
        publishing.hold(timezone.now())
        if is_in_use(category):
            raise WrongState(
                _("“%(title)s” still holds articles or revisions: move these first.")
                % {"title": category.title}
            )
        before = _titles()
        drop(category)
        _number(list(Category.objects.all()))
        _renew_contents(before)


def drop(category: Category) -> None:
    """Delete a section without articles; its revisions keep the name of what they were written for.

    The open ones among them wait for a section of that name.
    """
    Revision.objects.filter(category=category).update(category=None, section=category.title)
    category.delete()


def adopt_waiting(category: Category, nth: int | None = None) -> None:
    """Let the open revisions that wait for a section of this title, or its nth one, have it."""
    waiting = Revision.objects.filter(category=None, section=category.title, state__in=OPEN)
    if nth:
        waiting = waiting.filter(section_nth=nth)
    waiting.update(category=category, section="")


def is_in_use(category: Category) -> bool:
    """Whether an article or an open revision stands in the section."""
    open_revisions = Revision.objects.filter(category=category, state__in=OPEN)
    return Article.objects.filter(category=category).exists() or open_revisions.exists()


def save_passage(user: User, passage: Passage) -> Passage:
    """Store new or changed text around the entries, with the HTML that readers get."""
    refuse_without(user, RIGHT)
    check_passage(passage)
    with transaction.atomic():
        publishing.hold(timezone.now())
        old = Passage.objects.filter(pk=passage.pk).first()
        if old and passage.source == _with_lf(old.source):
            passage.source = old.source
        else:
            newline = Readme.objects.values_list("newline", flat=True).get(pk=1)
            passage.source = passage.source.replace("\n", newline)
        passage.html = block(passage.source)
        if old is None or _place(old) != _place(passage):
            passage.gap = None
            _settle(passage)
        passage.save()
    return passage


def delete_passage(user: User, passage: Passage) -> None:
    """Delete text around the entries."""
    refuse_without(user, RIGHT)
    with transaction.atomic():
        publishing.hold(timezone.now())
        passage.delete()


def check_category(category: Category) -> None:
    """Tidy the title, and refuse one that the README could not give back."""
    category.title = entries.tidy(category.title)
    entries.refuse_nul([category.title])
    if not category.title or len(category.title) > TITLE_LENGTH:
        raise Invalid(_("A title has 1 to %(limit)d characters.") % {"limit": TITLE_LENGTH})
    if _has_ordinal(f"# {category.title}"):
        raise Invalid(_("Leave the ordinal out: it follows from the position."))
    section = Section(category.title, category.depth)
    if parse(render(Document(sections=(section,)))).sections != (section,):
        raise Invalid(
            _("The README could not give this title back: keep to one line of plain text.")
        )


def check_passage(passage: Passage) -> None:
    """Tidy the text, note whether it is a contents table, and refuse what would not stay one."""
    passage.source = _with_lf(passage.source).strip("\n")
    entries.refuse_nul([passage.source])
    old = Passage.objects.filter(pk=passage.pk).first()
    if old and _with_lf(old.source) == passage.source:
        return  # what a README brought may stay, and move
    text = Text(passage.source)
    if passage.category:
        section = Section(passage.category.title, passage.category.depth, (text,))
        sections = parse(render(Document(sections=(section,)))).sections
        nodes = sections[0].nodes if len(sections) == 1 else ()
    else:
        document = parse(render(Document(preamble=(text,))))
        nodes = () if document.sections else document.preamble
    node = nodes[0] if len(nodes) == 1 else None
    if not isinstance(node, Text | Contents) or node.source != passage.source:
        raise Invalid(_("Plain text only: the README would read a section or an entry in this."))
    passage.kind = Passage.Kind.CONTENTS if isinstance(node, Contents) else Passage.Kind.TEXT


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _titles() -> dict[int, str]:
    """Return the titles of the sections in order, by their numbers."""
    return dict(Category.objects.values_list("pk", "title"))


def free_slug(category: Category) -> str:
    """Return the category's slug, or make one of its title, with a number if it is taken."""
    base = (
        category.slug
        or slugify(category.title, allow_unicode=True)[: SLUG_LENGTH - 10]
        or "section"
    )
    taken = set(Category.objects.exclude(pk=category.pk).values_list("slug", flat=True))
    numbered = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(slug for slug in numbered if slug not in taken)


def renumber(categories: Sequence[Category]) -> None:
    """Put the sections in this order; the contents follow.  The caller holds the list."""
    before = _titles()
    _number(categories)
    _renew_contents(before)


def _number(categories: Sequence[Category], moved: Category | None = None) -> None:
    """Number the sections in this order; a heading whose ordinal is no longer true is written anew.

    ``moved`` is the one that was saved just now, as it stood before.
    """
    changed = []
    for place, category in enumerate(categories, 1):
        was = moved.position if moved and moved.pk == category.pk else category.position
        if place == was:
            continue
        category.position = place
        if _has_ordinal(category.source):
            category.source = ""
        changed.append(category)
    Category.objects.bulk_update(changed, ["position", "source", "gap"], batch_size=200)


def _has_ordinal(heading: str) -> bool:
    """Whether a heading has an ordinal: without entries below it, only that makes it a section."""
    return bool(parse(heading).sections)


def _renew_contents(before: Mapping[int, str]) -> None:
    """Let the tables of contents follow when the sections have other titles or another order."""
    after = _titles()
    if list(before.items()) == list(after.items()):
        return
    passages = Passage.objects.filter(kind=Passage.Kind.CONTENTS)
    if not passages:
        return
    document = mirror.document()
    moves = [(before.get(key, ""), title) for key, title in after.items()]
    for passage in passages:
        passage.source = renew_contents(
            passage.source,
            list(before.values()),
            moves,
            section_anchors(document),
            document.newline,
        )
        passage.html = block(passage.source)
        passage.save(update_fields=["source", "html"])


def _place(passage: Passage) -> tuple[int | None, int]:
    return passage.category_id, passage.position


def _settle(passage: Passage) -> None:
    """Give the passage a place: its own, where others make room, or the last one."""
    if passage.position:
        places.make_room(passage.category_id, passage.position)
        return
    last = [
        rows.filter(category=passage.category).aggregate(last=Max("position"))["last"] or 0
        for rows in (Article.objects, Passage.objects)
    ]
    passage.position = max(last) + 1
