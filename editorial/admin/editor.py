"""What the form of an entry asks the server for while people type."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from editorial import flaws
from editorial.admin.moves import number, revision_for
from editorial.desk.preview import preview_of
from editorial.forms import RevisionForm
from editorial.live import tags

RIGHT = "editorial.submit_revision"
LARGEST = 1_000_000  # bytes; what digest.markup takes is a tenth of it


def typed(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show the entry in this form as readers would get it; nothing is stored."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    if number(request.META.get("CONTENT_LENGTH")) > LARGEST:
        return HttpResponse(status=413)
    form = RevisionForm(request.POST, revision=revision_for(request, pk) if pk else None)
    form.full_clean()
    preview = preview_of(form.draft)
    context = {
        "article": preview.article,
        "number": preview.place.number if preview.place else 1,
        "found": flaws.by_field(form.draft),
    }
    return render(request, "editorial/typed.html", context)


def suggest_tags(request: HttpRequest) -> HttpResponse:
    """Return known tags with the letters that were typed, and how many entries have each."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    found = tags.suggest(request.GET.get("q", ""))
    return JsonResponse({"tags": [{"name": name, "entries": count} for name, count in found]})
