"""The ways in which the desk says no.  Each carries a sentence for the person who asked."""


class Refused(Exception):
    """The desk will not do this; the message says why and what to do."""


class WrongState(Refused):
    """The revision is not, or no longer, where this move starts."""


class NoRight(Refused):
    """This person may not do this."""


class NoteMissing(Refused):
    """This move needs a note that says why."""


class Stale(Refused):
    """Someone has changed it since this person read it."""


class Invalid(Refused):
    """What was typed cannot be taken."""
