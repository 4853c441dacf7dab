"""What a rule is, what it finds, and the edits that mend it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from digest.readme.rules.page import Page

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Severity(StrEnum):
    """How bad it is: wrong for every reader, worth mending, worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Words(NamedTuple):
    """The same said in English and in Chinese: the codec knows no gettext."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """Return the words in the language with this code, such as ``zh-hans``."""
        return self.zh if language.startswith("zh") else self.en


class Edit(NamedTuple):
    """Put ``text`` in place of what stands from ``start`` to before ``end``."""

    start: int
    end: int
    text: str


class Hit(NamedTuple):
    """Where a rule is broken, what its message is about, and the edits that would mend it."""

    start: int
    arguments: Mapping[str, object] = {}
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a list should not have.

    ``code`` is stable.  ``why`` explains it; ``message`` says what is wrong in one place, with the
    arguments of a hit in braces.  ``fixable``: some or all hits have edits that change no meaning.
    """

    code: str
    severity: Severity
    fixable: bool
    why: Words
    message: Words
    find: Callable[[Page], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit of a rule; ``line`` and ``column`` count from 1, in characters."""

    rule: Rule
    line: int
    column: int
    hit: Hit

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return self.rule.severity

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that mend it; none if it takes a person."""
        return self.hit.edits

    def message(self, language: str = "en") -> str:
        """Return what is wrong, in one line that is safe to print."""
        said = self.rule.message.said(language).format_map(self.hit.arguments)
        return _CONTROL.sub("\ufffd", said)


def rule(
    code: str, severity: Severity, *, why: Words, message: Words, fixable: bool = False
) -> Callable[[Callable[[Page], Iterable[Hit]]], Rule]:
    """Make a rule of the generator that finds it."""

    def made(find: Callable[[Page], Iterable[Hit]]) -> Rule:
        return Rule(code, severity, fixable, why, message, find)

    return made
