"""What every answer tells browsers that they must not do, and whom a request came from."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Scripts and styles are files of ours, pictures are ours or, in a preview, just chosen.  Nothing
# inline runs, so what slips through every other net is text.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

Answer = Callable[[HttpRequest], HttpResponseBase]


def protecting(answer: Answer) -> Answer:
    """Return the middleware that adds the headers which an answer has not got of its own."""

    def protect(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return protect


def address_of(request: HttpRequest) -> str:
    """Return the address that a request came from, "" where the server knows none.

    Behind a proxy it is the last one that the proxy names: those before it the client may have
    made up.
    """
    if settings.BEHIND_PROXY:
        named = str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
        if named:
            return named
    return str(request.META.get("REMOTE_ADDR", ""))
