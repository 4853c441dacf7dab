"""The ways in which the desk says no.  Each carries a sentence for the person who asked."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _


class Refused(Exception):
    """The desk will not do this; the message says why and what to do."""


class WrongState(Refused):
    """The revision is not, or no longer, where this move starts."""


class NoRight(Refused):
    """This person may not do this."""


class NoteMissing(Refused):
    """This move needs a note that says why."""


class TimeMissing(Refused):
    """This move needs a time that is still to come."""


class Stale(Refused):
    """Someone has changed it since this person read it."""


class Invalid(Refused):
    """What was typed cannot be taken; ``field`` is the form's field that it is about, if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def refuse_without(user: User, permission: str) -> None:
    """Raise NoRight if the user lacks this permission."""
    if not user.has_perm(permission):
        raise NoRight(_("Your role does not allow this."))
