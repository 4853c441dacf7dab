"""Which card belongs to what, and where it is kept: by all that it says, so it is made once.

An address holds what stands for the card's text.  Only the one of today is answered, so nobody can
ask for more cards than the list has things.
"""

from hashlib import blake2b

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from digest.cards.drawing import Card, draw
from digest.cards.fonts import font_file, has_font
from digest.markup import plain, text_of
from digest.models import Article, Category
from digest.sections import listed, preamble

FOLDER = "cards"
DESIGN = 1  # another look is another card
YEAR = 365 * 24 * 60 * 60


def of_home(introduction: str) -> Card:
    """Return the card of the whole list with the HTML that introduces it."""
    return Card("", settings.DIGEST_TITLE, text_of(introduction))


def of_section(title: str) -> Card:
    """Return the card of a section with this title."""
    return Card("", plain(title), place=settings.DIGEST_TITLE)


def of_article(article: Article) -> Card:
    """Return the card of an entry."""
    return Card(
        settings.DIGEST_TITLE,
        text_of(article.headline_html),
        text_of(article.title_html),
        plain(article.category.title),
    )


def address(kind: str, pk: int, card: Card) -> str:
    """Return the path of a card; "" where there is no font to make it with."""
    return reverse("card", args=[kind, pk, _mark(card)]) if has_font() else ""


@require_safe
def card(request: HttpRequest, kind: str, pk: int, mark: str) -> HttpResponse:  # noqa: ARG001
    """Answer with a card as it is today; browsers may keep it for good."""
    found = _card(kind, pk)
    if mark != _mark(found) or not has_font():
        raise Http404
    response = HttpResponse(_kept(found, mark), content_type="image/png")
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response


def _card(kind: str, pk: int) -> Card:
    if kind == "article":
        return of_article(get_object_or_404(listed(), pk=pk))
    if kind == "section":
        return of_section(get_object_or_404(Category, pk=pk).title)
    if kind == "home" and not pk:
        first = preamble().first()
        return of_home(first.html if first else "")
    raise Http404


def _kept(card: Card, mark: str) -> bytes:
    """Return the card from the storage, where it is put the first time."""
    name = f"{FOLDER}/{mark}.png"
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            return bytes(file.read())
    content = draw(card, font_file(settings.SHARE_FONT))
    if not default_storage.exists(name):  # nobody else was faster
        default_storage.save(name, ContentFile(content))
    return content


def _mark(card: Card) -> str:
    said = repr((DESIGN, settings.SHARE_FONT, *card)).encode()
    return blake2b(said, digest_size=10).hexdigest()
