"""What the desk knows of entries: articles, drafts of new ones, open revisions, what it refused."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count

from django.utils.translation import gettext as _

from digest import mirror
from digest.models import Article
from editorial.incoming.candidates import Placed
from editorial.incoming.change import Row, key_of
from editorial.models import Revision
from editorial.transitions import OPEN, State

_NAMED = 3  # so many candidates are named where an entry may be one of them


class Desk:
    """The rows that an incoming entry may be, those that readers do not see last.

    To ``publish`` a README, a new entry of it that was declined once is new again.
    """

    def __init__(self, *, publish: bool = False) -> None:
        articles = Article.objects.select_related("category")
        drafts = Revision.objects.filter(state__in=OPEN).select_related("category", "author")
        articles = articles.defer("headline_html", "title_html", "summary_html")
        self.live = [row for row in articles if not row.taken_down_at]
        self.taken_down = [row for row in articles if row.taken_down_at]
        self.drafts = [*drafts.filter(article=None)]
        self.declined = [] if publish else [*_declined()]
        self.rows: list[Row] = [*self.live, *self.drafts, *self.taken_down, *self.declined]
        self.open_revisions = {row.article_id: row for row in drafts.exclude(article=None)}

    def known(self) -> list[Placed]:
        """Return the rows as entries in their sections."""
        first_hidden = len(self.live) + len(self.drafts)
        return [
            Placed(section_of(row), mirror.entry_of(row), hidden=index >= first_hidden)
            for index, row in enumerate(self.rows)
        ]

    @cached_property
    def by_key(self) -> dict[str, int]:
        """The indices of the rows by their keys."""
        return {key_of(row): index for index, row in enumerate(self.rows)}

    def in_words(self, candidates: Sequence[int]) -> str:
        """Name the known entries that an incoming one may be."""
        return ", ".join(self._in_words(index) for index in candidates[:_NAMED])

    def _in_words(self, index: int) -> str:
        row = self.rows[index]
        words = {"headline": row.headline[:60], "section": section_of(row)}
        if index < len(self.live):
            text = _("“%(headline)s” (number %(number)d in “%(section)s”)")
            return text % {**words, "number": self._numbers[index]}
        if isinstance(row, Revision):
            return _("“%(headline)s” (a draft by %(author)s)") % {**words, "author": row.author}
        return _("“%(headline)s” (taken down, in “%(section)s”)") % words

    @cached_property
    def _numbers(self) -> list[int]:
        """The numbers of the live articles in their sections."""
        counts: dict[int, Iterator[int]] = defaultdict(lambda: count(1))
        return [next(counts[row.category_id]) for row in self.live]


def section_of(row: Row) -> str:
    """Return the title of the section that a row stands in, or waits for."""
    if row.category is not None:
        return row.category.title
    return row.section if isinstance(row, Revision) else ""


def _declined() -> Iterator[Revision]:
    """Yield the new entries that the README still has and the desk did not want."""
    withdrawn = Revision.objects.filter(
        article=None, state=State.WITHDRAWN, outside_version__isnull=False
    )
    yield from withdrawn.select_related("category", "author")
