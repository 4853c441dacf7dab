"""What readers may narrow the list of all entries down by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digest.models import Article, Category


def years() -> list[tuple[int, int]]:
    """Return the years from the newest entry's back to the oldest's; two look-ups in an index.

    SQLite reads the whole index for a minimum and a maximum in one query.
    """
    published = Article.objects.published()
    newest = Subquery(published.order_by("-published_at").values("published_at")[:1])
    edges = published.order_by("published_at").values_list("published_at", newest).first()
    if edges is None:
        return []
    first, last = edges
    span = range(timezone.localtime(last).year, timezone.localtime(first).year - 1, -1)
    return [(year, year) for year in span]


class ArticleFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """By section, tag, year, and whether there is code or a paper to follow."""

    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(),
        to_field_name="slug",
        label=_("Section"),
        empty_label=_("All sections"),
    )
    tag = django_filters.CharFilter(field_name="tags__name", lookup_expr="iexact", label=_("Tag"))
    year = django_filters.ChoiceFilter(
        field_name="published_at",
        lookup_expr="year",
        choices=years,
        label=_("Year"),
        empty_label=_("All years"),
    )
    code = django_filters.BooleanFilter(
        method="with_link", widget=forms.CheckboxInput, label=_("With code")
    )
    paper = django_filters.BooleanFilter(
        method="with_link", widget=forms.CheckboxInput, label=_("With paper")
    )

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()

    def with_link(self, queryset: QuerySet[Article], name: str, wanted: Any) -> QuerySet[Article]:
        """Keep the entries with a link that is labelled so, in either case.

        The links are read as their JSON text, which both databases write alike; an address in it
        can hold no bare quotation mark, and so is never taken for a label.
        """
        if not wanted:
            return queryset
        return queryset.annotate(links_text=Cast("links", TextField())).filter(
            links_text__icontains=f'["{name}", '
        )
