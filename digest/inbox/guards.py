"""What keeps robots and floods out of the public forms, without a third party and without cookies.

A form says, signed, when it was opened; one that comes back too fast was filled by no person.  A
field that no person sees stays empty.  And nobody sends more than a few forms an hour.
"""

import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digest.headers import address_of
from digest.inbox.models import Sending

FASTEST = timedelta(seconds=3)
SLOWEST = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
PER_SENDER, OVERALL = 6, 300  # forms an hour
KEPT = timedelta(days=2)
LARGEST = 20_000  # bytes of a form
_SALT = "digest.inbox"


class TooManyError(Exception):
    """Too many forms were sent within an hour, by this sender or by all together."""


class GuardedForm(forms.Form):
    """A public form; ``is_trap`` says that something no person does was done with it."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        self.now = now
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own
        self.initial["opened"] = signing.dumps(now.timestamp(), salt=_SALT)

    @property
    def is_trap(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.data.get("website"))

    def clean_opened(self) -> str:
        """Ask once more for a form that came back too fast, or after more than a day."""
        try:
            opened = datetime.fromtimestamp(
                signing.loads(self.cleaned_data["opened"], salt=_SALT), tz=self.now.tzinfo
            )
        except (signing.BadSignature, TypeError, ValueError, OverflowError):
            opened = self.now
        if not FASTEST <= self.now - opened <= SLOWEST:
            data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["opened"] = self.initial["opened"]
            self.data = data
            raise ValidationError(_("Please look it over once more, and send it again."))
        return str(self.cleaned_data["opened"])


def is_too_large(request: HttpRequest) -> bool:
    """Whether more is sent than anybody types."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > LARGEST


def count(request: HttpRequest, now: datetime) -> None:
    """Note that somebody sends a form; raises TooManyError if it is one too many."""
    lately = Sending.objects.filter(at__gt=now - AN_HOUR)
    sender = sender_of(request, now)
    if lately.filter(sender=sender).count() >= PER_SENDER or lately.count() >= OVERALL:
        raise TooManyError
    Sending.objects.create(sender=sender, at=now)
    Sending.objects.filter(at__lt=now - KEPT).delete()


def sender_of(request: HttpRequest, now: datetime) -> str:
    """Return what stands for who sends something, for a day.

    Of an IPv6 address the network counts: its owner has as many addresses as they like.
    """
    named = address_of(request)
    try:
        address = ip_address(named)
        if isinstance(address, IPv6Address):
            named = str(ip_network((address, 64), strict=False))
    except ValueError:
        pass  # a name that a proxy gave
    secret = f"{settings.SECRET_KEY}{now.date().isoformat()}".encode()
    return hmac.new(secret, named.encode(), "sha256").hexdigest()[:32]
