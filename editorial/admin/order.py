"""The pages on which publishers order the sections, and the entries of one section.

A page shows a stretch of the list with a number beside each row.  The numbers are the whole form:
a row whose number was changed goes to that number, which may lie on another page, and the others
keep their order around it.  Dragging and keys only fill the numbers in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.markup import plain
from digest.models import Article, Category
from editorial import actions, outline
from editorial.admin.moves import number, user_of
from editorial.refusals import Refused

PER_PAGE = 200


@dataclass(frozen=True)
class Listing:
    """What is ordered: the rows as stored, the column that names them, the action that orders."""

    rows: QuerySet[Any]
    column: str
    title: str
    category: Category | None
    save: Callable[[User, Sequence[int], Sequence[int]], int]
    saved: Callable[[int], str]

    @cached_property
    def keys(self) -> list[int]:
        """The numbers (pk) of all rows, in order."""
        return list(self.rows.values_list("pk", flat=True))

    def texts(self, keys: Sequence[int]) -> dict[int, str]:
        """Return what the page calls these rows, as far as they are there, by their numbers."""
        known = set(keys).intersection(self.keys)
        texts = self.rows.filter(pk__in=known).values_list("pk", self.column)
        return {key: plain(text) for key, text in texts}


class OrderForm(forms.Form):
    """A number for each row that a person saw; ``keys`` are the rows, from number ``first`` on."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, keys: Sequence[int], *, first: int, total: int
    ) -> None:
        """Make a field for each row; one that is left empty asks for nothing."""
        super().__init__(data, initial={"seen": " ".join(map(str, keys))})
        self.keys = keys
        for stored, key in enumerate(keys, first):
            self.fields[name(key)] = forms.IntegerField(
                min_value=1,
                max_value=total,
                required=False,
                initial=stored,
                widget=forms.NumberInput(attrs={"data-stored": stored}),
            )

    def wish(self, order: Sequence[int]) -> list[int]:
        """Return this order with each row whose number was changed at that number.

        The others stay as they are around them; of two rows that ask for one number, the one that
        came first gets it.
        """
        changed = set(self.changed_data)
        places = {
            key: self.cleaned_data[name(key)]
            for key in self.keys
            if name(key) in changed and self.cleaned_data[name(key)]
        }
        wish = [key for key in order if key not in places]
        at = 0
        for key in sorted(places, key=places.__getitem__):
            at = max(at + 1, places[key])
            wish.insert(at - 1, key)
        return wish


def name(key: int) -> str:
    """Return the name of the field that holds a row's number."""
    return f"place-{key}"


def sections(request: HttpRequest) -> HttpResponse:
    """Order the sections."""
    listing = Listing(
        rows=Category.objects.order_by("position", "pk"),
        column="title",
        title=_("Order of the sections"),
        category=None,
        save=actions.order_categories,
        saved=lambda count: ngettext(
            "Saved: %(count)d section moved.", "Saved: %(count)d sections moved.", count
        ),
    )
    return _answer(request, listing)


def entries(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the entries of a section."""
    category = get_object_or_404(Category, pk=pk)
    listing = Listing(
        rows=Article.objects.published().filter(category=category).order_by("position", "pk"),
        column="headline",
        title=_("Order of the entries in “%(title)s”") % {"title": category.title},
        category=category,
        save=lambda user, before, after: actions.order_entries(user, category, before, after),
        saved=lambda count: ngettext(
            "Saved: %(count)d entry moved.", "Saved: %(count)d entries moved.", count
        ),
    )
    return _answer(request, listing)


def _answer(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Show a page of the rows, or store the order that is wished."""
    if not request.user.has_perm(outline.RIGHT):
        raise PermissionDenied
    stored = listing.keys
    page = Paginator(stored, PER_PAGE).get_page(request.GET.get("page"))
    if request.method != "POST":
        return _show(request, listing, page, _form(None, page))
    seen = [number(key) for key in request.POST.get("seen", "").split()[:PER_PAGE]]
    start = (max(number(request.GET.get("page")), 1) - 1) * PER_PAGE  # of a page that may be gone
    before = _as_seen(stored, seen, start)
    form = OrderForm(request.POST, seen, first=start + 1, total=len(before))
    if not form.is_valid():
        return _show(request, listing, page, form)
    after = form.wish(before)
    try:
        moved = listing.save(user_of(request), before, after)
    except Refused as refusal:
        wish = {name(key): place for place, key in enumerate(_adapted(after, stored), 1)}
        return _show(request, listing, page, _form(wish, page), refusal)
    if moved:
        messages.success(request, listing.saved(moved) % {"count": moved})
    else:
        messages.info(request, _("Nothing had changed."))
    return HttpResponseRedirect(request.get_full_path())


def _show(
    request: HttpRequest,
    listing: Listing,
    page: Page[int],
    form: OrderForm,
    refusal: Refused | None = None,
) -> HttpResponse:
    texts = listing.texts(form.keys)
    rows = [(form[name(key)], texts[key]) for key in form.keys if key in texts]
    if refusal:
        rows.sort(key=lambda row: int(row[0].value()))
    context = {
        **admin.site.each_context(request),
        "title": listing.title,
        "opts": Category._meta,
        "category": listing.category,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "form": form,
        "rows": rows,
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return TemplateResponse(request, "editorial/order.html", context, status=status)


def _form(wish: Mapping[str, Any] | None, page: Page[int]) -> OrderForm:
    """Return a form of the rows as they are stored, with the numbers that were wished, if any."""
    keys = list(page)
    data = {**wish, "seen": " ".join(map(str, keys))} if wish else None
    return OrderForm(data, keys, first=page.start_index(), total=page.paginator.count)


def _as_seen(stored: Sequence[int], seen: Sequence[int], start: int) -> list[int]:
    """Return the whole order with what the person saw from ``start`` on in place of that page."""
    here = set(seen)
    above = [key for key in stored[:start] if key not in here]
    below = [key for key in stored[start + PER_PAGE :] if key not in here]
    return [*above, *seen, *below]


def _adapted(wish: Sequence[int], stored: Sequence[int]) -> list[int]:
    """Return the wished order of what is stored: what is gone left out, what is new put in.

    A new row stands behind the one that it follows now.
    """
    there = set(stored)
    adapted = [key for key in wish if key in there]
    known = set(adapted)
    for above, key in pairwise((0, *stored)):
        if key not in known:
            adapted.insert(adapted.index(above) + 1 if above else 0, key)
    return adapted
