"""The page on which people turn their second factor on and off."""

from typing import cast

import segno
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import login
from django_otp.plugins.otp_totp.models import TOTPDevice

from editorial import second_factor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show whether it is on, or the secret for the app once it is asked for; do what was asked."""
    user = cast("User", request.user)
    error, paper = "", []
    if request.method == "POST":
        try:
            paper = _act(request, user)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            if not paper:
                return redirect("admin:second_factor")
    is_on = second_factor.is_on(user)
    app = None if is_on else second_factor.begun(user)
    context = {
        **admin.site.each_context(request),
        "title": _("Second factor"),
        "is_on": is_on,
        "left": second_factor.left_on_paper(user),
        "error": error,
        "paper": paper,
        **(_secret(app) if app else {}),
    }
    return render(request, "editorial/second_factor.html", context)


def _act(request: HttpRequest, user: User) -> list[str]:
    """Do it; return new codes for paper, to be shown this once."""
    act, code = request.POST.get("act"), request.POST.get("code", "")
    is_on = second_factor.is_on(user)
    if act == "begin" and not is_on:
        second_factor.begin(user)
        return []
    if act == "on" and not is_on:
        app, paper = second_factor.turn_on(user, code)
        login(request, app)
        return paper
    second_factor.check(user, code)
    if act == "paper":
        return second_factor.paper_codes(user)
    second_factor.turn_off(user)
    messages.success(request, _("The second factor is off: your password alone signs you in."))
    return []


def _secret(app: TOTPDevice) -> dict[str, str]:
    """Return the secret as a picture for the app's camera, and to be typed."""
    url = app.config_url
    picture = segno.make(url, micro=False).svg_inline(scale=4, border=4, dark="#000", light="#fff")
    secret = url.partition("secret=")[2].partition("&")[0]
    return {
        "picture": mark_safe(picture),  # noqa: S308 - squares alone
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
