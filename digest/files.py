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
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"{path}:{line}: not UTF-8 ({error.reason} at byte {error.start}); "
            "save the file as UTF-8 and try again"
        ) from None
