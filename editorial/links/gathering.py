"""Which links there are and where they stand: the live list, open revisions, passages."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db import transaction

from digest.models import Article, Passage
from digest.readme.rules import Page
from editorial.links.models import Link, Mention
from editorial.models import Revision
from editorial.transitions import OPEN

_BATCH = 1_000
# An address without any marks around it, which GitHub makes a link of.
_BARE = re.compile(r"https?://[^\s<>()\[\]\"'`\u3000-\u303f\uff00-\uffef“”‘’]+")
_STOPS = ".,;:!?*_~"
_SAID = ("pk", "url", "links", "summary")


class Place(NamedTuple):
    """Where a link stands; one of these is set."""

    article: int | None = None
    revision: int | None = None
    passage: int | None = None


def gather(now: datetime) -> int:
    """Bring links and mentions in step with what there is; return how many links there are.

    A link that stands nowhere any more goes, with its history.
    """
    with transaction.atomic():
        wanted = dict(_mentions())
        _add_links({url for urls in wanted.values() for url in urls}, now)
        numbers = dict(Link.objects.values_list("url", "pk"))
        pairs = {(numbers[url], place) for place, urls in wanted.items() for url in urls}
        known = {
            (link, Place(*place)): pk
            for pk, link, *place in Mention.objects.values_list("pk", "link", *_COLUMNS)
        }
        for batch in _batches([known[pair] for pair in known.keys() - pairs]):
            Mention.objects.filter(pk__in=batch).delete()
        Mention.objects.bulk_create(
            (
                Mention(link_id=link, **dict(zip(_COLUMNS, place, strict=True)))
                for link, place in sorted(pairs - known.keys(), key=lambda pair: pair[0])
            ),
            batch_size=_BATCH,
        )
        Link.objects.filter(mentions=None).delete()
        return Link.objects.count()


_COLUMNS = ("article_id", "revision_id", "passage_id")


def fingerprint(url: str) -> str:
    """Return what stands for an address where it must be unique."""
    return hashlib.sha256(url.encode()).hexdigest()


def addresses_in(url: str, links: Iterable[Sequence[str]], markdown: str) -> set[str]:
    """Return the addresses of the web in an entry: its own, its links' and those in its text."""
    found = {url, *(link[1] for link in links)}
    if "://" in markdown:
        found.update(link.url for link in Page(markdown).links)
        bare = (address.rstrip(_STOPS) for address in _BARE.findall(markdown))
        found.update(one for one in bare if not any(known.startswith(one) for known in found))
    return {address for address in found if _is_of_the_web(address)}


def _mentions() -> Iterator[tuple[Place, set[str]]]:
    live = Article.objects.published()
    for pk, url, links, summary in live.order_by().values_list(*_SAID).iterator(_BATCH):
        yield Place(article=pk), addresses_in(url, links, summary)
    pending = Revision.objects.filter(state__in=OPEN)
    for pk, url, links, summary in pending.order_by().values_list(*_SAID).iterator(_BATCH):
        yield Place(revision=pk), addresses_in(url, links, summary)
    for pk, source in Passage.objects.order_by().values_list("pk", "source"):
        yield Place(passage=pk), addresses_in("", (), source)


def _add_links(urls: Collection[str], now: datetime) -> None:
    known = set(Link.objects.values_list("url", flat=True))
    new = sorted(set(urls) - known)
    Link.objects.bulk_create(
        (
            Link(
                url=url,
                fingerprint=fingerprint(url),
                host=(urlsplit(url).hostname or "")[:255],
                next_check_at=now,
            )
            for url in new
        ),
        batch_size=_BATCH,
    )


def _is_of_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # brackets that hold no IPv6 address
        return False


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
