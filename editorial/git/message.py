"""What a commit of the list changes, in words: its message, and who is to be named beside it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User

from digest import mirror
from digest.markup import plain
from digest.models import Article
from digest.readme import Entry, parse
from editorial.actions.order import fewest_moves
from editorial.changes.comparing import label_of
from editorial.entries import SAID
from editorial.incoming import layout
from editorial.incoming.layout import Place
from editorial.incoming.plan import Plan, make_plan
from editorial.models import Event

_WIDTH = 72
_BATCH = 2_000
_LISTED = 50  # so many of a kind are named


@dataclass
class Outgoing:
    """How the live list differs from the one in a repository, each kind in words."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    taken_down: list[str] = field(default_factory=list)
    editors: list[User] = field(default_factory=list)

    def message(self) -> str:
        """Return the commit's message: a subject of 72 characters at most, lists, co-authors."""
        kinds = {
            "Add": self.added,
            "Change": self.changed,
            "Move": self.moved,
            "Take down": self.taken_down,
        }
        made = {verb: names for verb, names in kinds.items() if names}
        parts = [_subject(made)]
        if sum(map(len, made.values())) > 1:
            parts += [f"{verb}:\n{_listed(names)}" for verb, names in made.items()]
        if trailers := "\n".join(dict.fromkeys(_trailers(self.editors))):
            parts.append(trailers)
        return "\n\n".join(parts) + "\n"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def compare(text: str, user: User) -> Outgoing:
    """Compare the list of a repository with the live one that is to take its place."""
    plan = make_plan(parse(text), user)
    found = Outgoing(added=[_named(article) for article in plan.missing])
    editors = {article.revision for article in plan.missing}
    arranged = set()
    staying: dict[int, list[Article]] = defaultdict(list)
    for place, entry in layout.places(plan.document):
        article = plan.articles.get(place)
        if article is None or article.taken_down_at:
            found.taken_down.append(_words(entry.headline))
            arranged |= {article.revision} if article else set()
        elif fields := _fields(article, entry):
            found.changed.append(f"{_named(article)} ({fields})")
            editors.add(article.revision)
        elif article.category_id != _category(plan, place):
            found.moved.append(f"{_named(article)} (to {_words(article.category.title)})")
            editors.add(article.revision)
        else:
            staying[article.category_id].append(article)
    for articles in staying.values():
        for article in _out_of_order(articles):
            found.moved.append(_named(article))
            arranged.add(article.revision)
    found.editors = [*_authors(editors), *_arrangers(arranged)]
    return found


def _category(plan: Plan, place: Place) -> int | None:
    category = plan.categories[place.section]
    return category.pk if category else None


def _fields(article: Article, entry: Entry) -> str:
    """Name the fields that an article does not say as the repository's entry does."""
    ours, theirs = mirror.columns_of(mirror.entry_of(article)), mirror.columns_of(entry)
    return ", ".join(str(label_of(name)) for name in SAID if ours[name] != theirs[name])


def _out_of_order(articles: Sequence[Article]) -> list[Article]:
    """Return the fewest of these that must move to bring them into the live order."""
    live = sorted(articles, key=lambda article: (article.position, article.pk))
    moved = fewest_moves([one.pk for one in articles], [one.pk for one in live])
    return [article for article in articles if article.pk in moved]


def _authors(revisions: Iterable[int]) -> Iterator[User]:
    """Yield who wrote these."""
    for batch in _batches(revisions):
        yield from User.objects.filter(revisions__in=batch).distinct().order_by("pk")


def _arrangers(revisions: Iterable[int]) -> Iterator[User]:
    """Yield who took these down or put them elsewhere."""
    for batch in _batches(revisions):
        acts = Event.objects.filter(revision__in=batch, transition__in=("take_down", "reorder"))
        yield from User.objects.filter(pk__in=acts.values("user")).order_by("pk")


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))


def _subject(made: dict[str, list[str]]) -> str:
    if not made:
        return "Update sections and text"
    if sum(map(len, made.values())) == 1:
        ((verb, (name,)),) = made.items()
        return _cut(f"{verb} {name}")
    counts = ", ".join(f"{verb.lower()} {len(names)}" for verb, names in made.items())
    return _cut(counts.capitalize())


def _listed(names: Sequence[str]) -> str:
    lines = [f"- {name}" for name in names[:_LISTED]]
    if len(names) > _LISTED:
        lines.append(f"- and {len(names) - _LISTED} more")
    return "\n".join(lines)


def _trailers(people: Iterable[User]) -> Iterator[str]:
    for person in people:
        if person.email:
            name = (person.get_full_name() or person.get_username()).translate(_NO_BRACKETS)
            yield f"Co-authored-by: {' '.join(name.split())} <{person.email}>"


_NO_BRACKETS = str.maketrans("", "", "<>")


def _named(article: Article) -> str:
    return _words(article.headline)


def _words(markdown: str) -> str:
    """Return a text in one line, without marks."""
    return " ".join(plain(markdown).split())


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
