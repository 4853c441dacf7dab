"""A form whose token is no longer good: somebody signed in anew since its page was opened."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django logs it
    """Say why nothing was done, and lead back to the form, where keep.js has what was typed."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, request.get_host()):
        back = request.path
    context = {**admin.site.each_context(request), "back": back}
    return render(request, "editorial/csrf.html", context, status=403)
