"""The codec: README text → Document → README text, without loss.

Pure Python: it knows nothing of Django or of the rest of the house (``tests/test_architecture.py``
keeps that).  ``render(parse(text)) == text`` for every text.
"""

from digest.readme.anchors import Slugger, ordinal
from digest.readme.canonical import canonical, section_anchors
from digest.readme.checks import Unread, unread
from digest.readme.contents import renew_contents
from digest.readme.document import Contents, Document, Entry, Link, Picture, Section, Text
from digest.readme.parse import parse
from digest.readme.render import check_entry, chunks, render

__all__ = [
    "Contents",
    "Document",
    "Entry",
    "Link",
    "Picture",
    "Section",
    "Slugger",
    "Text",
    "Unread",
    "canonical",
    "check_entry",
    "chunks",
    "ordinal",
    "parse",
    "render",
    "renew_contents",
    "section_anchors",
    "unread",
]
