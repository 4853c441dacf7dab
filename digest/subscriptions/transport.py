"""One letter handed over to the mail server, and what its answer means."""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Outcome(Enum):
    """What became of a letter."""

    SENT = "sent"
    UNKNOWN = "unknown"  # there is no such address
    REFUSED = "refused"  # for good, but the address is not to blame
    LATER = "later"  # not now, as full mailboxes and greylists say
    BROKEN = "broken"  # the connection ended, before or after the letter was taken


@dataclass(frozen=True)
class Answer:
    """An outcome and the number that the server gave, without its words: they name the address."""

    outcome: Outcome
    code: int = 0


class MailServerError(Exception):
    """The server takes no letters at all; says which server and why."""

    def __init__(self, error: Exception) -> None:
        if isinstance(error, SMTPResponseException):
            said = error.smtp_error
            reason = said.decode(errors="replace") if isinstance(said, bytes) else said
            reason = f"{error.smtp_code} {reason}"
        else:
            reason = str(error) or type(error).__name__
        server = f"{settings.EMAIL_HOST or 'localhost'}:{settings.EMAIL_PORT}"
        super().__init__(f"the mail server {server} failed: {' '.join(reason.split())}")


def open_anew(connection: BaseEmailBackend) -> None:
    """Connect, after whatever was left of an earlier connection is closed.

    Raises MailServerError.
    """
    with suppress(OSError):  # a goodbye that nobody hears
        connection.close()
    try:
        connection.open()
    except OSError as error:
        raise MailServerError(error) from error


def hand_over(connection: BaseEmailBackend, letter: EmailMessage) -> Answer:
    """Send a letter to its one address.  Raises MailServerError if no other could be sent."""
    try:
        connection.send_messages([letter])
    except SMTPRecipientsRefused as refused:
        ((code, said),) = refused.recipients.values()
        # 5.7 is a policy of the server against us, and says nothing of the address.
        return _judged(code, Outcome.REFUSED if b"5.7." in said else Outcome.UNKNOWN)
    except SMTPDataError as refused:
        return _judged(refused.smtp_code, Outcome.REFUSED)
    except SMTPServerDisconnected:
        return Answer(Outcome.BROKEN)
    except SMTPResponseException as refused:
        if refused.smtp_code == 421:
            return Answer(Outcome.BROKEN, 421)
        raise MailServerError(refused) from refused
    except SMTPException as error:
        raise MailServerError(error) from error
    except OSError:
        return Answer(Outcome.BROKEN)
    except ValueError:
        return Answer(Outcome.REFUSED)  # the address cannot be written
    return Answer(Outcome.SENT)


def _judged(code: int, for_good: Outcome) -> Answer:
    if code == 421:  # with which a server says goodbye
        return Answer(Outcome.BROKEN, code)
    return Answer(for_good if code >= 500 else Outcome.LATER, code)
