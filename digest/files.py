"""A README as a command is given it: a file, or standard input."""

import sys
from pathlib import Path


class UnreadableError(Exception):
    """There is no text to read; the message names the file, the line at fault and what to do."""


def read_text(path: str) -> str:
    """Return the file's text ("-" is standard input) with its own newlines."""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None
    return decoded(content, path)


def refuse_nul(text: str, path: str) -> None:
    """Raise UnreadableError for a list that no database can hold."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableError(
            f"{path}:{line}: a NUL character, which no database can hold; delete it"
        )


def decoded(content: bytes, path: str) -> str:
    """Return the text of a file's content."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"{path}:{line}: not UTF-8 ({error.reason} at byte {error.start}); "
            "save the file as UTF-8 and try again"
        ) from None
