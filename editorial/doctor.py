"""What should always hold between the tables, looked at row by row, and what can be put right.

The database's constraints keep most of it and the actions the rest; this is for a database that was
written to in another way: by hand, by a restore, by a fault of ours.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from digest import renditions
from digest.models import Article, Category, Paper
from digest.search import index
from digest.storage import DRAFT
from editorial import entries, outline
from editorial.live import papers, places, publishing, tags
from editorial.models import Event, Revision
from editorial.pictures import FOLDER, STORED
from editorial.transitions import ACTS, LIVE, State

_BATCH = 2_000
_NAMED = 3
# A picture is stored before the draft that names it is saved.
_NEW = timedelta(days=1)


@dataclass(frozen=True)
class Check:
    """One thing that should hold.

    ``find`` yields what breaks it, in words; ``repair`` puts all of it right, where that loses
    nothing, and ``remedy`` says what a person does where there is none.
    """

    code: str
    says: str
    find: Callable[[datetime], Iterable[str]]
    repair: Callable[[datetime], None] | None = None
    remedy: str = ""


@dataclass(frozen=True)
class Finding:
    """What breaks one check: how much of it, and the first of it in words."""

    check: Check
    number: int
    first: tuple[str, ...]


def examine(now: datetime) -> Iterator[tuple[Check, Finding | None]]:
    """Yield every check with what breaks it, None where it holds; nothing is written."""
    for check in CHECKS:
        broken = iter(check.find(now))
        first = tuple(islice(broken, _NAMED))
        number = len(first) + sum(1 for _ in broken)
        yield check, Finding(check, number, first) if first else None


def _states(_now: datetime) -> Iterator[str]:
    moves = Event.objects.filter(revision=OuterRef("pk")).exclude(transition__in=ACTS)
    last = Coalesce(Subquery(moves.order_by("-pk").values("target")[:1]), Value(State.DRAFT.value))
    rows = Revision.objects.order_by("pk").annotate(logged=last).exclude(state=F("logged"))
    for pk, state, logged in rows.values_list("pk", "state", "logged").iterator(_BATCH):
        yield f"revision {pk} is {state}, and the log says {logged}"


def _live_revisions(_now: datetime) -> Iterator[str]:
    """Each article shows one revision, which says so, and no other revision does."""
    own = Revision.objects.filter(pk=OuterRef("revision"), article=OuterRef("pk"))
    shown = own.filter(state=State.PUBLISHED)
    hidden = own.filter(state=State.TAKEN_DOWN)
    seen = Q(taken_down_at=None)
    wrong = Article.objects.filter((seen & ~Exists(shown)) | (~seen & ~Exists(hidden)))
    for article in wrong.order_by("pk").only("pk", "revision"):
        yield f"article {article.pk} shows revision {article.revision}, which does not say so"
    used = Article.objects.filter(pk=OuterRef("article"), revision=OuterRef("pk"))
    for pk in Revision.objects.filter(~Exists(used), state__in=LIVE).values_list("pk", flat=True):
        yield f"revision {pk} is live, and no article shows it"


def _texts(_now: datetime) -> Iterator[str]:
    """An article says what its revision said.  Its place and spacing are the list's."""
    articles = Article.objects.order_by("pk").iterator(_BATCH)
    while batch := list(islice(articles, _BATCH)):
        revisions = Revision.objects.in_bulk([article.revision for article in batch])
        names = tags.names_of_all(article.pk for article in batch)
        for article in batch:
            revision = revisions.get(article.revision)
            if revision and not _says(article, revision, names[article.pk]):
                yield f"article {article.pk} does not say what revision {revision.pk} says"


def _says(article: Article, revision: Revision, names: Iterable[str]) -> bool:
    same = all(getattr(article, name) == getattr(revision, name) for name in entries.SAID)
    folded = [sorted(map(str.casefold, some)) for some in (names, revision.tag_names)]
    return same and article.picture.name == revision.picture.name and folded[0] == folded[1]


def _search(_now: datetime) -> Iterator[str]:
    found = index.difference()
    for number, words in (
        (found.missing, "not known to search"),
        (found.outdated, "known to search as they were"),
        (found.left_over, "known to search although they went"),
    ):
        if number:
            yield f"{number} articles {words}"


def _repair_search(_now: datetime) -> None:
    for _size in index.rebuild():
        pass


def _places(_now: datetime) -> Iterator[str]:
    for one, other in pairwise(Category.objects.order_by("position", "pk")):
        if one.position == other.position:
            yield f"categories {one.pk} and {other.pk} both have place {one.position}"
    for left, right in _sharing_a_place():
        yield f"articles {left} and {right} both have one place in their category"


def _sharing_a_place() -> Iterator[tuple[int, int]]:
    """Yield each two published articles with one place; they stand in the order of their rows."""
    rows = Article.objects.published().order_by("category", "position", "pk")
    for left, right in pairwise(rows.values_list("category", "position", "pk").iterator(_BATCH)):
        if left[:2] == right[:2]:
            yield left[2], right[2]


def _repair_places(now: datetime) -> None:
    """Give each its own place, in the order that readers see today."""
    with transaction.atomic():
        publishing.hold(now)
        outline.renumber(list(Category.objects.order_by("position", "pk")))
        for _left, right in list(_sharing_a_place()):
            article = Article.objects.get(pk=right)
            places.make_room(article.category_id, article.position + 1)
            Article.objects.filter(pk=right).update(position=F("position") + 1)


def _papers(_now: datetime) -> Iterator[str]:
    for pk, title in _unused_papers().values_list("pk", "title").iterator(_BATCH):
        yield f"paper {pk} “{title[:60]}” has no article"


def _repair_papers(_now: datetime) -> None:
    _unused_papers().delete()


def _unused_papers() -> QuerySet[Paper]:
    return Paper.objects.filter(articles__isnull=True).order_by("pk")


def _venues(_now: datetime) -> Iterator[str]:
    for pk in _elsewhere().order_by("pk").values_list("pk", flat=True).iterator(_BATCH):
        yield f"article {pk} does not have the venue of its paper"


def _elsewhere() -> QuerySet[Article]:
    return Article.objects.exclude(venue=Coalesce(F("paper__venue"), Value("")))


def _repair_venues(now: datetime) -> None:
    with transaction.atomic():
        publishing.hold(now)
        papers.follow_venues(Article.objects.filter(pk__in=_elsewhere().values("pk")))


def _missing_pictures(_now: datetime) -> Iterator[str]:
    names = Article.objects.published().exclude(picture="").values_list("picture", flat=True)
    for name in sorted(set(names)):
        if not default_storage.exists(name):
            yield f"the file {name} is gone, and an article shows it"


def _orphaned_pictures(now: datetime) -> Iterator[str]:
    """Yield the stored pictures that no article, no revision and no version of one ever named.

    And what was left of one by a process that was killed.
    """
    try:
        _folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return  # no picture was stored yet
    names = (f"{FOLDER}/{file}" for file in files)
    stored = {name for name in names if STORED.fullmatch(name) or name.endswith(DRAFT)}
    for model in (Article, Revision):
        stored -= set(model._default_manager.values_list("picture", flat=True))
    edits = Event.objects.filter(transition="edit", details__before__has_key="picture")
    stored -= set(edits.values_list("details__before__picture", flat=True))
    for name in sorted(stored):
        if default_storage.get_modified_time(name) < now - _NEW:
            yield name


def _delete_pictures(now: datetime) -> None:
    for name in list(_orphaned_pictures(now)):
        renditions.remove(name)
        default_storage.delete(name)


CHECKS: tuple[Check, ...] = (
    Check(
        "states",
        "every revision stands where the log's last move left it",
        _states,
        remedy="restore a backup, or find out who wrote to the database",
    ),
    Check(
        "live",
        "every article shows the one revision that is live",
        _live_revisions,
        remedy="restore a backup, or find out who wrote to the database",
    ),
    Check(
        "texts",
        "every article says what its live revision says",
        _texts,
        remedy="revise the article in the admin and publish it anew",
    ),
    Check("places", "no two stand at one place", _places, _repair_places),
    Check("search", "search finds what the pages say", _search, _repair_search),
    Check("papers", "every paper has an article", _papers, _repair_papers),
    Check("venues", "every article has its paper's venue", _venues, _repair_venues),
    Check(
        "pictures",
        "every picture that readers get is there",
        _missing_pictures,
        remedy="restore the media of a backup",
    ),
    Check(
        "orphans",
        "every stored picture is named by some version",
        _orphaned_pictures,
        _delete_pictures,
    ),
)
