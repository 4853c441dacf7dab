"""Letters on their way: after the commit, over one connection, and never in anybody's way."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation

logger = logging.getLogger("editorial.mail")

Letters = Callable[[], Iterable[EmailMessage]]  # written only when they are sent
REACHABLE = User.objects.filter(is_active=True, email__gt="")


def post(letters: Letters) -> None:
    """Deliver these letters when the transaction is committed; no error comes back."""
    transaction.on_commit(partial(deliver, letters), robust=True)


def deliver(letters: Letters) -> None:
    """Write and send these letters now, which is to say outside any transaction."""
    # Where nobody gave an address a move shall not wait while it is found out whom to tell.
    if not REACHABLE.exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        # People may share an address; the same words reach it once.
        unlike = {(letter.to[0].casefold(), letter.body): letter for letter in letters()}
    if unlike:
        _send(list(unlike.values()))


def _send(letters: Sequence[EmailMessage]) -> None:
    """Send all over one connection, or give up: somebody waits for their next page.

    The connection's own timeout is for each answer of the server, this one for all of them.
    """
    deadline = time.monotonic() + settings.EMAIL_TIMEOUT
    try:
        with get_connection() as connection:
            for letter in letters:
                if time.monotonic() > deadline:
                    raise TimeoutError("The mail server is too slow.")
                _hand_over(connection, letter)
    except OSError:
        logger.exception("The mail server failed: some or all of %d mails are lost.", len(letters))


def _hand_over(connection: BaseEmailBackend, letter: EmailMessage) -> None:
    """Send one; an address that is wrong does not keep mail from the others."""
    try:
        connection.send_messages([letter])
    except (SMTPRecipientsRefused, SMTPDataError, ValueError):
        logger.exception("Mail to %s was refused.", letter.to[0])
