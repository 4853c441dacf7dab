"""A second factor at sign-in for those who turn it on: a code of an app, or one kept on paper.

The codes, and how fast they may be guessed, are django-otp's: an app's code is good once, and after
each wrong one a person waits twice as long.
"""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

PAPER_CODES = 10
DIGITS = 6


def is_on(user: User) -> bool:
    """Whether the person has to give a code when they sign in."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def begin(user: User) -> TOTPDevice:
    """Make the secret that the person's app is to know, the same until a code confirms it."""
    app, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "app"}
    )
    return app


def begun(user: User) -> TOTPDevice | None:
    """Return that secret; None where the person has not asked for one."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def turn_on(user: User, code: str) -> tuple[Device, list[str]]:
    """Confirm the secret with a code of the app; return it, and new codes for paper.

    Raises ValidationError where the code is not the app's.
    """
    app = begin(user)
    with transaction.atomic():
        _verify(user, app, code)
        app.refresh_from_db()
        app.confirmed = True
        app.save(update_fields=["confirmed"])
        return app, paper_codes(user)


def paper_codes(user: User) -> list[str]:
    """Make new codes for paper, each good once; those of before are good no longer."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        paper = StaticDevice.objects.create(user=user, name="paper")
        codes = [StaticToken.random_token() for _ in range(PAPER_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    return codes


def left_on_paper(user: User) -> int:
    """Return how many codes on paper the person has not used."""
    return int(StaticToken.objects.filter(device__user=user).count())


def turn_off(user: User) -> None:
    """Forget the app and the codes on paper."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()


def check(user: User, code: str) -> Device:
    """Return what gave the code: the person's app or their paper.  Raises ValidationError."""
    code = "".join(code.split()).lower()
    kind = TOTPDevice if code.isdigit() and len(code) == DIGITS else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    if not code or device is None:
        raise ValidationError(_("Give the code that your app shows now, or one from your paper."))
    return _verify(user, device, code)


def _verify(user: User, device: Device, code: str) -> Device:
    may, _why = device.verify_is_allowed()
    if not may:
        raise ValidationError(_("Too many codes were wrong. Wait a little, then try again."))
    found = verify_token(user, device.persistent_id, "".join(code.split()))
    if found is None:
        raise ValidationError(_("This code is wrong, or it was used already: wait for the next."))
    return found
