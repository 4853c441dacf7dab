"""The pages.  A view loads, calls and renders; what is public is said by the models alone."""

from functools import lru_cache
from itertools import chain
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.generic import ListView, TemplateView
from django.views.static import serve
from django_filters.views import FilterView

from digest import archive, figures, fragments, issues, mirror, rows
from digest.facets import Cell, Chosen, count, tags_of
from digest.filters import SORTS, ArticleFilter, months
from digest.listing import Listing, listing
from digest.models import Article, Paper
from digest.remembered import remembered
from digest.search.query import LONGEST, read
from digest.sections import PER_PAGE, front, listed, outline, page_of, preamble
from digest.tags import Counted, all_tags, under


class HomeView(TemplateView):
    """The whole list on one page, as the README has it."""

    template_name = "digest/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the introduction and the sections."""
        return super().get_context_data(passages=preamble(), sections=front(), **kwargs)


class CategoryView(ListView):  # type: ignore[type-arg]  # Django's views take no subscript at run time.
    """One section, in pages."""

    template_name = "digest/category.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> rows.Shown:  # type: ignore[override]  # a paginator takes it
        """Return the section's entries."""
        self.sections = outline()
        found = [one for one in self.sections if one.slug == self.kwargs["slug"]]
        if not found:
            raise Http404
        self.section = found[0]
        return rows.InSection(self.section.pk, self.section.total)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the other sections, and the text between the entries."""
        context = super().get_context_data(**kwargs)
        items = page_of(self.section, context["page_obj"])
        return {**context, "sections": self.sections, "section": self.section, "items": items}


class ArticleListView(FilterView):  # type: ignore[misc]  # django-filter ships no types.
    """All entries, narrowed down by what a reader asks for: the newest or the best found first."""

    template_name = "digest/article_list.html"
    filterset_class = ArticleFilter
    paginate_by = PER_PAGE

    def get_queryset(self) -> QuerySet[Article]:
        """Return every entry that the filter starts from."""
        return listed().order_by("-published_at", "-pk")

    def get_context_data(
        self,
        *,
        filter: ArticleFilter,  # noqa: A002 - django-filter's name
        object_list: QuerySet[Article],
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Add what was found, counted by each filter, and what was searched for."""
        typed = self.request.GET.get("q", "").strip()[:LONGEST]
        understood = not filter.is_bound or filter.is_valid()
        query = read(typed) if typed and understood else None
        chosen = Chosen(filter.form.cleaned_data if filter.is_bound else {}, self.request.GET)
        sections = outline()
        if understood:
            found = listing(object_list, query, chosen, sections)
        else:
            found = Listing(object_list, [], [], [])
        context: dict[str, Any] = super().get_context_data(
            object_list=found.articles,
            searched=typed,
            query=query,
            found=found,
            understood=understood,
            filter=filter,
            sections=sections,
            **kwargs,
        )
        return context


class ArchiveView(TemplateView):
    """The years and months, with how many entries appeared in each."""

    template_name = "digest/archive.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the years."""
        return super().get_context_data(years=archive.years(), **kwargs)


class PeriodView(ListView):  # type: ignore[type-arg]
    """The entries of a year or of a month, the newest first; one without any has no page."""

    template_name = "digest/period.html"
    paginate_by = PER_PAGE
    allow_empty = False

    def get_queryset(self) -> rows.Shown:  # type: ignore[override]  # a paginator takes it
        """Return them."""
        year, month = self.kwargs["year"], self.kwargs.get("month")
        try:
            start, end = months(year, month, 1) if month else months(year)
        except (ValueError, OverflowError):
            raise Http404 from None
        self.extra_context = {"start": start, "is_month": bool(month)}
        self.years = archive.years()
        total = archive.total(self.years, year, month)
        return rows.Shown(Q(published_at__gte=start, published_at__lt=end), SORTS["newest"], total)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the years, to go on to."""
        return super().get_context_data(years=self.years, **kwargs)


class IssuesView(TemplateView):
    """The weeks that have an issue."""

    template_name = "digest/issues.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the years with their weeks."""
        return super().get_context_data(years=issues.weeks().years, **kwargs)


class IssueView(ListView):  # type: ignore[type-arg]
    """What was first published in a week, by section; an empty week names its neighbours."""

    template_name = "digest/issue.html"
    paginate_by = PER_PAGE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the issue."""
        week, weeks = kwargs["week"], issues.weeks()
        self.issue = weeks.issue(week)
        around = {"week": week, "before": weeks.before(week), "after": weeks.after(week)}
        if self.issue is None:
            return render(request, "digest/no_issue.html", around, status=404)
        self.extra_context = around
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> issues.Issue:  # type: ignore[override]  # a sequence will do
        """Return the entries."""
        assert self.issue is not None
        return self.issue

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Put the entries of this page into their sections."""
        context = super().get_context_data(**kwargs)
        assert self.issue is not None
        return {**context, "sections": self.issue.shown(context["page_obj"])}


class FiguresView(TemplateView):
    """Pictures of the list, each with its table."""

    template_name = "digest/figures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count, and work the pictures out."""
        sections, published = outline(), Article.objects.published()
        cells = [Cell(*row) for row in remembered("cells None", lambda: count(published))]
        return super().get_context_data(
            total=sum(cell.total for cell in cells),
            by_time=figures.by_time(cells, sections),
            with_code=figures.with_code(cells, sections),
            tags=figures.of_tags(remembered("tags", lambda: tags_of(published))),
            **kwargs,
        )


class TagListView(ListView):  # type: ignore[type-arg]
    """All tags that have an entry, the most used first."""

    template_name = "digest/tag_list.html"
    paginate_by = 200

    def get_queryset(self) -> list[Counted]:  # type: ignore[override]  # a list will do
        """Return them."""
        return all_tags()


class TagView(ListView):  # type: ignore[type-arg]
    """The entries under one tag, the newest first; one without any has no page."""

    template_name = "digest/tag.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> rows.Shown:  # type: ignore[override]  # a paginator takes it
        """Return the tag's entries."""
        tags = [tag for tag in all_tags() if tag.slug == self.kwargs["slug"]]
        if not tags:
            raise Http404
        self.extra_context = {"tag": tags[0]}
        return rows.Shown(under(tags), SORTS["newest"], tags[0].total)


@require_safe
def article(request: HttpRequest, pk: int, tail: str = "") -> HttpResponse:  # noqa: ARG001
    """Show one entry at its permalink."""
    found = rows.of_keys([pk])
    if not found:
        get_object_or_404(Article, pk=pk)
        return render(request, "410.html", status=410)
    moved = _moved(request, _address(found[0], get_language()))
    return moved or render(request, "digest/article.html", {"article": found[0]})


@lru_cache(fragments.KEPT)
def _address(found: rows.Row, _language: str | None) -> str:
    """Return an entry's address in the language of the moment."""
    return found.article().get_absolute_url()


@require_safe
def paper(request: HttpRequest, pk: int, tail: str = "") -> HttpResponse:  # noqa: ARG001
    """Show a work and the entries about it, in pages; without an entry it is not public."""
    found = get_object_or_404(Paper, pk=pk)
    total = Article.objects.published().filter(paper=found).count()
    if not total:
        raise Http404
    entries: Any = rows.Shown(Q(paper=found), ["pk"], total)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "paper": found,
        "page_obj": page,
        "paginator": page.paginator,
        "is_paginated": page.has_other_pages(),
    }
    moved = _moved(request, found.get_absolute_url())
    return moved or render(request, "digest/paper.html", context)


def _moved(request: HttpRequest, address: str) -> HttpResponse | None:
    """Send a reader who came with another tail, or with none, to the address as it is today.

    Browsers may not keep this: a title that is changed back would send them in a circle.
    """
    if request.path == unquote(address):
        return None
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})


@require_safe
def readme(request: HttpRequest) -> StreamingHttpResponse:  # noqa: ARG001
    """Stream the README as it is now; without a database it fails before the first byte."""
    text = mirror.chunks()
    whole = chain([next(text)], text)
    return StreamingHttpResponse(whole, content_type="text/markdown; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is, and to leave the desk alone."""
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    text = f"User-agent: *\nDisallow: /admin/\nDisallow: /en/admin/\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture, where no web server in front does; nothing in it may run."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
