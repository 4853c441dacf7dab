"""What the list or the inbox has already that may be the paper somebody is about to suggest."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from digest.inbox.models import Suggestion
from digest.models import Article
from digest.readme.identity import identity_of, normalised
from digest.search.hits import Hits
from digest.search.query import read

SHOWN = 5
_ALIKE = 85  # of 100; titles that are retyped differ less, other papers' titles more
_LOOKED_AT = 20


@dataclass(frozen=True)
class Duplicates:
    """Entries that are about the paper or sound like it, and whether it was suggested before."""

    entries: tuple[Article, ...] = ()
    suggested: bool = False

    def __bool__(self) -> bool:
        return bool(self.entries or self.suggested)


def duplicates_of(title: str, url: str) -> Duplicates:
    """Look for a paper; costs a few look-ups in indexes at any length of the list."""
    links = [("paper", url)] if url else []
    identity = identity_of(title, links)
    live = Article.objects.published().only("headline", "headline_html", "title", "category")
    found = dict.fromkeys(live.filter(paper__identity=identity)[:SHOWN] if identity else ())
    if title:
        normal = normalised(title)
        for article in Hits(live, read(title))[:_LOOKED_AT]:
            names = (normalised(article.title), normalised(article.headline))
            if any(name and fuzz.ratio(normal, name) >= _ALIKE for name in names):
                found.setdefault(article)
    waiting = Suggestion.objects.filter(state=Suggestion.State.WAITING)
    same = waiting.filter(url=url) if url else waiting.filter(title__iexact=title)
    return Duplicates(tuple(found)[:SHOWN], same.exists())
