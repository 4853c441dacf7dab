"""Coming and going: an address is asked whether it wants mail, says so itself, and leaves at once.

What somebody typed is only a wish.  It goes, signed, to the address that it is about; nothing
changes before its owner presses the button behind that link.  So who types the address of somebody
else, subscribed or not, learns nothing and changes nothing.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

from django.core import signing
from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from digest.models import Category
from digest.subscriptions.letters import confirmation
from digest.subscriptions.models import Subscriber

KEPT = timedelta(days=3)  # an address that does not answer; its link is as good as long
BETWEEN = timedelta(days=1)  # two letters that ask one address
_SALT = "digest.subscriptions"

logger = logging.getLogger("digest.subscriptions")


class UndeliverableError(Exception):
    """The mail server does not take letters to this address."""


class NoMailError(Exception):
    """The mail server is away, or does not take letters at the moment."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to get: the whole list's issue or a section's, in a language."""

    language: str
    category: int | None  # its primary key


def ask(email: str, wish: Wish, base: str, now: datetime) -> None:
    """Ask an address whether it wants the weekly issue; at most once a day.

    Whether it is known makes no difference to see.  Raises UndeliverableError or NoMailError, and
    has forgotten that anybody asked then.
    """
    forget_unconfirmed(now)
    email = email.lower()
    subscriber, before = _turn_of(email, wish, now)
    if subscriber is None:
        return
    letter = confirmation(email, wish.language, base + _link(subscriber, wish))
    try:
        with get_connection() as connection:
            connection.send_messages([letter])
    except (OSError, ValueError) as error:  # smtplib's errors are of the first kind
        _give_back(subscriber, before)
        if isinstance(error, ValueError) or _is_refused(error):
            raise UndeliverableError from None
        # Only its kind: what a mail server says may name the address.
        logger.error("No mail could be sent to who subscribed: %s", type(error).__name__)  # noqa: TRY400
        raise NoMailError from None


def confirm(signed: str, now: datetime, *, press: bool) -> Subscriber | None:
    """Return whom a link is about, None if it is too old or none of ours; ``press`` its button."""
    try:
        token, language, category = signing.loads(signed, salt=_SALT, max_age=KEPT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    found = Subscriber.objects.filter(token=token)
    if press:
        wanted = Category.objects.filter(pk=category).first() if category else None
        found.update(
            language=language, category=wanted, bounces=0, suspended_at=None, confirmed_at=now
        )
    return found.first()


def leave(token: str) -> None:
    """Forget a subscriber; none with this token is as well."""
    Subscriber.objects.filter(token=token).delete()


def forget_unconfirmed(now: datetime) -> None:
    """Forget the addresses whose owners did not say that they want mail."""
    Subscriber.objects.filter(confirmed_at=None, asked_at__lt=now - KEPT).delete()


def _turn_of(email: str, wish: Wish, now: datetime) -> tuple[Subscriber | None, datetime | None]:
    """Return whom to write to, and when they were asked before; nobody if that was just now."""
    try:
        with transaction.atomic():
            columns = {"language": wish.language, "category_id": wish.category}
            return Subscriber.objects.create(email=email, asked_at=now, **columns), None
    except IntegrityError:
        found = Subscriber.objects.filter(email=email)
    before = found.values_list("asked_at", flat=True).first()
    if not found.filter(asked_at__lte=now - BETWEEN).update(asked_at=now):
        return None, None
    return found.first(), before


def _give_back(subscriber: Subscriber, before: datetime | None) -> None:
    """Let the address be asked again, as if it had not been."""
    asked = Subscriber.objects.filter(pk=subscriber.pk)
    if before:
        asked.update(asked_at=before)
    else:
        asked.filter(confirmed_at=None).delete()


def _link(subscriber: Subscriber, wish: Wish) -> str:
    signed = signing.dumps([subscriber.token, wish.language, wish.category or 0], salt=_SALT)
    with translation.override(wish.language):
        return reverse("digest:confirm", args=[signed])


def _is_refused(error: OSError) -> bool:
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return any(500 <= code < 600 for code, _said in error.recipients.values())
