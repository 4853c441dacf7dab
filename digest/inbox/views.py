"""The public forms: a paper suggested, a dead link reported, and what became of a suggestion.

Nobody is signed in here and nothing is asked of a session, so a forged form could do no more than
anybody can: the forms need no cookie.
"""

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digest.inbox.duplicates import Duplicates, duplicates_of
from digest.inbox.forms import LinkReportForm, SuggestionForm
from digest.inbox.guards import GuardedForm, TooManyError, count, is_too_large
from digest.models import Article, LinkReport, Suggestion
from digest.templatetags.digest_site import linkable


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the form, or take a suggestion in."""
    if is_too_large(request):
        return HttpResponse(status=413)
    now = timezone.now()
    form = SuggestionForm(request.POST if request.method == "POST" else None, now=now)
    if not form.is_valid():
        return _form(request, "suggest", form)
    columns = form.fields_of_suggestion
    if "confirmed" not in request.POST:  # the button beside what was found
        found = duplicates_of(columns.get("title", ""), columns.get("url", ""))
        if found:
            return _form(request, "suggest", form, found)
    suggestion = Suggestion(created_at=now, **columns)
    if form.is_trap:
        return HttpResponseRedirect(reverse("digest:suggestion", args=[suggestion.token]))
    try:
        count(request, now)
    except TooManyError:
        return _form(request, "suggest", form, too_many=True)
    suggestion.save()
    return HttpResponseRedirect(reverse("digest:suggestion", args=[suggestion.token]))


@never_cache
@require_safe
def suggestion(request: HttpRequest, token: str) -> HttpResponse:
    """Tell its sender what became of a suggestion; the address is theirs alone."""
    found = Suggestion.objects.filter(token=token).first()
    entry = None
    if found and found.revision:
        entry = Article.objects.published().filter(revision=found.revision).first()
    elif found and found.article_id:
        entry = Article.objects.published().filter(pk=found.article_id).first()
    context = {"suggestion": found, "entry": entry}
    return render(request, "digest/suggestion.html", context)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the links of an entry to choose from, or take a report of one in."""
    if is_too_large(request):
        return HttpResponse(status=413)
    now = timezone.now()
    article = get_object_or_404(Article.objects.published(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = LinkReportForm(data, now=now, links=links_of(article))
    if not form.is_valid():
        return _form(request, "report_link", form, article=article)
    if not form.is_trap:
        try:
            count(request, now)
        except TooManyError:
            return _form(request, "report_link", form, article=article, too_many=True)
        said = {"url": form.cleaned_data["url"], "note": form.cleaned_data["note"]}
        try:
            with transaction.atomic():
                LinkReport.objects.create(article=article, created_at=now, **said)
        except IntegrityError:
            pass  # somebody said so already
    return render(request, "digest/report_link.html", {"article": article, "thanks": True})


def links_of(article: Article) -> list[tuple[str, str]]:
    """Return the links that readers can follow from an entry, as (address, label)."""
    links = [
        (article.url, article.url),
        *((url, f"{label}: {url}") for label, url in article.links),
    ]
    return list({url: (url, label) for url, label in links if linkable(url)}.values())


def _form(
    request: HttpRequest,
    name: str,
    form: GuardedForm,
    found: Duplicates | None = None,
    **context: object,
) -> HttpResponse:
    """Show a form, again if something keeps it from being taken."""
    status = 429 if context.get("too_many") else 200
    context |= {"form": form, "found": found}
    return render(request, f"digest/{name}.html", context, status=status)
