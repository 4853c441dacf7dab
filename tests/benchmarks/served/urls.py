"""The site's own addresses, and a view that does nothing, to measure the pages against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from digest.urls import urlpatterns as site


def trivial(request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse("ok")


urlpatterns = [path("trivial", trivial), *site]
