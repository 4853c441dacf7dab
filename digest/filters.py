"""What readers may narrow the list of all entries down by, and the orders it may have."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digest.models import Article
from digest.tags import named, under

SORTS = {
    "newest": ("-published_at", "-pk"),
    "oldest": ("published_at", "pk"),
    "list": ("category__position", "position", "pk"),
}


def months(year: int, month: int = 1, number: int = 12) -> tuple[datetime, datetime]:
    """Return when so many months begin and end in the site's zone.  Raises ValueError."""
    last = year * 12 + month - 1 + number
    first, end = datetime(year, month, 1), datetime(last // 12, last % 12 + 1, 1)  # noqa: DTZ001
    return timezone.make_aware(first), timezone.make_aware(end)


class _Month(forms.CharField):
    """A month as ``2023-05``, cleaned to 202305."""

    def clean(self, value: Any) -> int | None:
        """Return the month, or None where none is asked for."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = datetime.strptime(text, "%Y-%m")  # noqa: DTZ007 - only its numbers are used
            months(found.year, found.month, 1)
        except (ValueError, OverflowError):
            raise ValidationError(_("Write a month as 2023-05.")) from None
        return found.year * 100 + found.month


class _MonthFilter(django_filters.Filter):  # type: ignore[misc]  # django-filter ships no types.
    field_class = _Month


class _YearFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = forms.IntegerField


class ArticleFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By section, tag, venue, time, and by what there is to follow or to see; then in an order.

    Times are spans, which an index serves; what an entry has are columns of its own (``derived``).
    """

    category = django_filters.CharFilter(field_name="category__slug", label=_("Section"))
    tag = django_filters.CharFilter(method="with_tag", label=_("Tag"))
    venue = django_filters.CharFilter(label=_("Venue"))
    year = _YearFilter(method="in_year", min_value=2, max_value=9998, label=_("Year"))
    month = _MonthFilter(method="in_month", label=_("Month"))
    code = django_filters.BooleanFilter(
        method="having", widget=forms.CheckboxInput, label=_("With code")
    )
    paper = django_filters.BooleanFilter(
        method="having", widget=forms.CheckboxInput, label=_("With paper")
    )
    picture = django_filters.BooleanFilter(
        method="having", widget=forms.CheckboxInput, label=_("With picture")
    )
    sort = django_filters.ChoiceFilter(
        method="in_order",
        choices=[
            ("newest", _("Newest first")),
            ("oldest", _("Oldest first")),
            ("list", _("As in the list")),
        ],
        label=_("Order"),
    )

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()

    def with_tag(self, queryset: QuerySet[Article], name: str, tag: str) -> QuerySet[Article]:  # noqa: ARG002
        """Keep the entries that have a tag of this name, in whichever case."""
        return queryset.filter(under(named(tag)))

    def in_year(self, queryset: QuerySet[Article], name: str, year: int) -> QuerySet[Article]:  # noqa: ARG002
        """Keep the entries of a year."""
        return queryset.filter(**_span(*months(year)))

    def in_month(self, queryset: QuerySet[Article], name: str, month: int) -> QuerySet[Article]:  # noqa: ARG002
        """Keep the entries of a month."""
        return queryset.filter(**_span(*months(month // 100, month % 100, 1)))

    def having(self, queryset: QuerySet[Article], name: str, wanted: Any) -> QuerySet[Article]:
        """Keep the entries that have this."""
        return queryset.filter(**{f"has_{name}": True}) if wanted else queryset

    def in_order(self, queryset: QuerySet[Article], name: str, order: str) -> QuerySet[Article]:  # noqa: ARG002
        """Put the entries into an order."""
        return queryset.order_by(*SORTS[order])


def _span(start: datetime, end: datetime) -> dict[str, datetime]:
    return {"published_at__gte": start, "published_at__lt": end}
