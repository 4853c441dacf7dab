"""A form whose token is no longer good: somebody signed in anew since its page was opened."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from editorial.site import page_of


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django logs it
    """Say why nothing was done, and lead back to the form, where keep.js has what was typed."""
    context = {**admin.site.each_context(request), "back": page_of(request)}
    return render(request, "editorial/csrf.html", context, status=403)
