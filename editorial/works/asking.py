"""Asks a registry: one request after the other, at its pace, again after a fault that may pass."""

from datetime import timedelta
from time import monotonic, sleep

from django.utils import timezone

from digest import outgoing
from digest.outgoing import Answer, OutgoingError, Trouble
from editorial.links.judging import wait_asked_for

TRIES = 3
_MOST_BYTES = 32 * 1024 * 1024  # a hundred papers of three thousand authors each
_SECONDS = 60.0
_PASSING = {429, 500, 502, 503, 504}
_LASTING = {Trouble.FORBIDDEN, Trouble.ADDRESS}


class UnavailableError(Exception):
    """The registry does not answer, or nothing that can be read; the message says what it said.

    ``away``: it wants to be left alone, whatever it is asked.
    """

    def __init__(self, message: str, *, away: bool = False) -> None:
        super().__init__(message)
        self.away = away


class Registry:
    """A registry and the pace at which it wants to be asked.

    ``delay`` seconds lie between two requests; who asks for a longer wait than ``patience`` is left
    alone.
    """

    def __init__(self, name: str, delay: float, patience: float) -> None:
        self.name, self.delay, self.patience = name, delay, patience
        self._next = 0.0

    def ask(self, url: str, media_type: str) -> Answer:
        """Return what it answers; raises UnavailableError.

        A success of another media type than asked for, as arXiv's “Rate exceeded.” is a fault.
        """
        for tried in range(1, TRIES + 1):
            sleep(max(0.0, self._next - monotonic()))
            said, wait = self._ask(url, media_type)
            self._next = monotonic() + self.delay
            if isinstance(said, Answer):
                return said
            pause = self.delay * 2**tried if wait is None else wait.total_seconds()
            if tried == TRIES or pause > self.patience:
                raise UnavailableError(f"{self.name}: {said}", away=pause > self.patience)
            self._next = max(self._next, monotonic() + pause)
        raise AssertionError("unreachable")

    def _ask(self, url: str, media_type: str) -> tuple[Answer | str, timedelta | None]:
        """Return the answer or what is wrong with it, and how long it asks to wait."""
        try:
            answer = outgoing.fetch(url, most_bytes=_MOST_BYTES, seconds=_SECONDS)
        except OutgoingError as error:
            if error.trouble in _LASTING:
                raise UnavailableError(f"{self.name}: {error}", away=True) from None
            return str(error), None
        wait = wait_asked_for(answer.headers, timezone.now())
        if answer.status in _PASSING:
            return f"{answer.url}: HTTP {answer.status}", wait
        if answer.status == 200 and media_type not in _header(answer, "content-type"):
            return f"{answer.url}: not {media_type} but {answer.text[:60].strip()!r}", wait
        return answer, None


def _header(answer: Answer, name: str) -> str:
    return next((value for key, value in answer.headers.items() if key.lower() == name), "")
