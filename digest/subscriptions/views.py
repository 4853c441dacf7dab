"""The pages of a subscription: ask for it, confirm it, end it.

None needs a cookie.  Opening a link changes nothing, for programs open links in letters, too; its
button does, or a mail program's own (RFC 8058), which sends what the button sends.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digest.inbox.guards import TooManyError, count, is_too_large
from digest.sections import outline
from digest.subscriptions import joining
from digest.subscriptions.forms import SubscribeForm
from digest.subscriptions.letters import leaving


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or ask the address that was typed whether it wants mail."""
    if not settings.SENDS_MAIL:
        raise Http404
    if is_too_large(request):
        return HttpResponse(status=413)
    now = timezone.now()
    form = SubscribeForm(
        request.POST if request.method == "POST" else None,
        now=now,
        sections=outline(),
        initial={"language": get_language()},
    )
    if not form.is_valid():
        return _form(request, form)
    if not form.is_trap:
        base = settings.DIGEST_SITE_URL or request.build_absolute_uri("/")[:-1]
        try:
            count(request, now)
            joining.ask(form.cleaned_data["email"], form.wish, base, now)
        except TooManyError:
            return _form(request, form, 429, too_many=True)
        except joining.UndeliverableError:
            form.add_error("email", _("The mail server does not know this address."))
            return _form(request, form)
        except joining.NoMailError:
            return _form(request, form, 503, no_mail=True)
    return HttpResponseRedirect(reverse("digest:subscribe_sent"))


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that there is a letter to look for."""
    return render(request, "digest/subscription.html", {"sent": True})


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, signed: str) -> HttpResponse:
    """Show the button that confirms a subscription, or take it that it was pressed."""
    pressed = request.method == "POST"
    subscriber = joining.confirm(signed, timezone.now(), press=pressed)
    if subscriber is None:
        return render(request, "digest/subscription.html", {"too_old": True}, status=410)
    context = {
        "asks": not pressed,
        "confirmed": pressed,
        "leave": leaving(subscriber.token, get_language() or settings.LANGUAGE_CODE),
    }
    return render(request, "digest/subscription.html", context)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that ends a subscription, or end it; no token tells whether it is one."""
    pressed = request.method == "POST"
    if pressed:
        joining.leave(token)
    context = {"leaves": not pressed, "left": pressed}
    return render(request, "digest/subscription.html", context)


def _form(
    request: HttpRequest, form: SubscribeForm, status: int = 200, **context: bool
) -> HttpResponse:
    return render(request, "digest/subscribe.html", {"form": form, **context}, status=status)
