"""Text to tokens: the words of whatever alphabet, and every two neighbouring Chinese characters.

Chinese has no spaces, and a database that takes a whole run of it for one word finds no 微调 in
高效微调方法.  So a run becomes its overlapping pairs and its last character (高效 效微 … 方法 法):
any part of it is then found exactly, as its pairs in a row, without a dictionary that could miss.
"""

import re
import unicodedata
from operator import add

# Characters that are written without spaces: Han with its marks of repetition, kana, Hangul.
UNSPACED = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
LETTER = rf"[^\W_{UNSPACED}]"  # of a word, digits included

# 3.5 and 2305.14314 are one word each; so is c++, and c# where the sign ends it.  A longer word is
# several in a row: PostgreSQL refuses one of more than 2,046 bytes.
_WORD = rf"\d{{1,100}}(?:\.\d{{1,100}}){{1,3}}|{LETTER}{{1,100}}(?:\+\+|[+#](?!{LETTER}))?"
_PIECE = re.compile(rf"([{UNSPACED}]+)|({_WORD})")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")


def folded(text: str) -> str:
    """Return the text without what a reader does not type: width, case, accents on Latin letters.

    ``ＬｏＲＡ`` and ``LoRA`` are the same, and so are ``Poincaré`` and ``poincare``.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    if _ACCENTED.search(text):
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", text)


def pieces(text: str) -> list[str]:
    """Return the unspaced runs and the words of a folded text, in order."""
    return [run or word for run, word in _PIECE.findall(text)]


def is_unspaced(piece: str) -> bool:
    """Whether the piece is a run of characters that are written without spaces."""
    return _UNSPACED.match(piece) is not None


def tokens(text: str) -> list[str]:
    """Return the tokens of a folded text, in order."""
    found: list[str] = []
    for run, word in _PIECE.findall(text):
        found += map(add, run, run[1:])
        found.append(word or run[-1])
    return found
