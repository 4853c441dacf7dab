"""What attackers type, each with a mark of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TYPED = Path(__file__).with_name("payloads.txt")
UNSEEN = re.compile(r"U\+([0-9A-F]{4})")


@dataclass(frozen=True)
class Payload:
    """A text that calls ``hit(number)`` where it runs."""

    number: int
    family: str
    text: str


def payloads() -> list[Payload]:
    return list(_read(TYPED.read_text()))


def _read(typed: str) -> Iterator[Payload]:
    family, number = "", 0
    for line in typed.splitlines():
        if line.startswith("## "):
            family = line[3:]
        elif "{hit}" in line and family:
            number += 1
            text = UNSEEN.sub(lambda found: chr(int(found[1], 16)), line)
            yield Payload(number, family, text.replace("{hit}", f"hit({number})"))
