"""Inline Markdown as far as one must know which marks are marks (CommonMark 0.31, chapter 6).

Whether a ``*`` is emphasis or shows as it stands decides what a reader sees of a heading, hence its
anchor, and which bold GitHub does not render.  Reference links are not looked up: they are text.
Linear, whatever the text.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from html.entities import html5

_TOKEN = re.compile(
    r"""\\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<ticks>`++)
    | (?P<math>\$\$?(?=[^\s$])[^$\n]*?(?<=\S)\$\$?(?![0-9]))
    | <(?P<address>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+
        |[A-Za-z0-9.!\#$%&'*+/=?^_`{|}~-]++@[A-Za-z0-9.-]++)>
    | (?P<tag></[A-Za-z][A-Za-z0-9-]*+\s*+>
        |<[A-Za-z][A-Za-z0-9-]*+(?>(?:\s++[A-Za-z_:][\w.:-]*+
          (?>(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?))*)\s*+/?>)
    | (?P<until><!--|<\?|<!\[CDATA\[|<![A-Z]++(?=\s))
    | &(?:\#(?P<decimal>[0-9]{1,7})|\#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,6})
        |(?P<entity>[A-Za-z][A-Za-z0-9]{1,31}));
    | (?P<opening>!?\[)
    | (?P<closing>\])
    | (?P<run>\*++|_++)""",
    re.X,
)
_TICKS = re.compile(r"`++")
_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_NESTED = r"(?>(?:[^\s()\\]++|\\.|\((?>(?:[^\s()\\]++|\\.|\((?>(?:[^\s()\\]++|\\.)*)\))*)\))*)"
_DESTINATION = re.compile(
    rf"""\(\s*+(?:<(?>(?:[^<>\n\\]++|\\.)*)>|(?!<){_NESTED})
    (?>(?:\s++(?:"(?>(?:[^"\\]++|\\.)*)"|'(?>(?:[^'\\]++|\\.)*)'
        |\((?>(?:[^()\\]++|\\.)*)\)))?)\s*+\)""",
    re.X | re.S,
)


@dataclass(slots=True)
class Run:
    """A run of ``*`` or ``_``; ``literal`` is how many of its characters a reader sees."""

    character: str
    start: int
    length: int
    opens: bool
    closes: bool
    literal: int = field(init=False)

    def __post_init__(self) -> None:
        self.literal = self.length


@dataclass(slots=True)
class _Bracket:
    is_image: bool
    piece: int  # how many pieces and runs stand before it
    run: int


Piece = str | Run


def read_inline(text: str) -> list[Piece]:
    """Return what a reader sees of ``text``: pieces of text, and the runs of marks between them."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[Piece] = []
        self.runs: list[Run] = []
        self.brackets: list[_Bracket] = []
        self.no_links_below = 0  # a link holds no link: the brackets below this one open none
        self.missing: set[str] = set()  # ends of HTML that do not come any more
        self.ticks: dict[int, list[int]] | None = None  # starts of runs by length, last first

    def read(self) -> list[Piece]:
        position = 0
        while token := _TOKEN.search(self.text, position):
            self.pieces.append(self.text[position : token.start()])
            position = self._take(token)
        self.pieces.append(self.text[position:])
        _pair(self.runs)
        return self.pieces

    def _take(self, token: re.Match[str]) -> int:
        """Take a token in and return where reading goes on."""
        kind = token.lastgroup
        if kind == "ticks":
            return self._code(token)
        if kind == "until":
            return self._html(token)
        if kind == "closing":
            return self._close(token)
        if kind == "opening":
            bracket = _Bracket(token[0] == "![", len(self.pieces), len(self.runs))
            self.brackets.append(bracket)
            self.pieces.append(token[0])
        elif kind == "run":
            run = self._run(token)
            self.runs.append(run)
            self.pieces.append(run)
        elif kind == "math":
            self.pieces.append(token[0])
        elif kind in ("decimal", "hexadecimal", "entity"):
            self.pieces.append(_decoded(token))
        elif kind != "tag":
            self.pieces.append(token[kind or 0])
        return token.end()

    def _run(self, token: re.Match[str]) -> Run:
        start, end = token.span()
        before, after = self.text[start - 1 : start] if start else "", self.text[end : end + 1]
        opens, closes = holds_on(before, after), holds_on(after, before)
        character = token[0][0]
        if character == "_" and opens and closes:  # not within a word
            opens, closes = is_punctuation(before), is_punctuation(after)
        return Run(character, start, end - start, opens, closes)

    def _code(self, token: re.Match[str]) -> int:
        """Take a code span in, or backticks that none close."""
        if self.ticks is None:
            self.ticks = {}
            for run in reversed(list(_TICKS.finditer(self.text))):
                self.ticks.setdefault(len(run[0]), []).append(run.start())
        start, end = token.span()
        starts = self.ticks.get(end - start, [])
        while starts and starts[-1] < end:
            starts.pop()
        if not starts:
            self.pieces.append(token[0])
            return end
        code = re.sub(r"\r\n?|\n", " ", self.text[end : starts[-1]])
        if code[0] == code[-1] == " " and code.strip(" "):
            code = code[1:-1]
        self.pieces.append(code)
        return starts[-1] + end - start

    def _html(self, token: re.Match[str]) -> int:
        """Leave a comment or its like out; if it does not end it is text."""
        closing = _ENDS.get(token[0], ">")
        # <!--> and <!---> are comments, too.
        start = token.end() - (2 if closing == "-->" else 0)
        end = -1 if closing in self.missing else self.text.find(closing, start)
        if end < 0:
            self.missing.add(closing)
            self.pieces.append(token[0])
            return token.end()
        return end + len(closing)

    def _close(self, token: re.Match[str]) -> int:
        """Make a link or an image of a closing bracket, if it is that of one."""
        bracket = self.brackets.pop() if self.brackets else None
        is_dead = bracket and not bracket.is_image and len(self.brackets) < self.no_links_below
        destination = _DESTINATION.match(self.text, token.end())
        self.no_links_below = min(self.no_links_below, len(self.brackets))
        if bracket is None or is_dead or destination is None:
            self.pieces.append("]")
            return token.end()
        _pair(self.runs[bracket.run :])
        del self.runs[bracket.run :]
        if bracket.is_image:
            del self.pieces[bracket.piece :]
        else:
            self.pieces[bracket.piece] = ""
            self.no_links_below = len(self.brackets)
        return destination.end()


def _pair(runs: list[Run]) -> None:
    """Let closing runs find their opening ones, which takes literal characters from both."""
    open_runs: list[Run] = []
    # For each sort of closing run: below which height of the stack none of its openers stands.
    floors: dict[tuple[str, bool, int], int] = {}
    for run in runs:
        sort = (run.character, run.opens, run.length % 3)
        while run.closes and run.literal:
            top = len(open_runs) - 1
            while top >= floors.get(sort, 0) and not _match(open_runs[top], run):
                top -= 1
            if top < floors.get(sort, 0):
                floors[sort] = len(open_runs)
                break
            marks = min(2, open_runs[top].literal, run.literal)
            open_runs[top].literal -= marks
            run.literal -= marks
            del open_runs[top + (open_runs[top].literal > 0) :]
            floors = {key: min(floor, len(open_runs)) for key, floor in floors.items()}
        if run.opens and run.literal:
            open_runs.append(run)


def _match(opening: Run, closing: Run) -> bool:
    if opening.character != closing.character:
        return False
    length = opening.length + closing.length
    return not (opening.closes or closing.opens) or length % 3 != 0 or closing.length % 3 == 0


def holds_on(outside: str, inside: str) -> bool:
    """Whether marks between two characters hold on to the inner one (the flanking rule).

    CommonMark 0.31 counts symbols (``→``, ``￥``) as punctuation and 0.29, which GitHub uses, does
    not: marks hold here if they do by both.
    """
    if is_space(inside):
        return False
    return (
        not is_punctuation(inside)
        or is_space(outside)
        or (is_punctuation(outside) and (outside.isascii() or not _is_symbol(outside)))
    )


def is_space(character: str) -> bool:
    """Whether a character is white space to CommonMark; so are the ends of the text."""
    return character in "\t\n\x0c\r" or unicodedata.category(character) == "Zs"


def is_punctuation(character: str) -> bool:
    """Whether a character is punctuation or a symbol."""
    return bool(character) and unicodedata.category(character)[0] in "PS"


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character)[0] == "S"


def _decoded(token: re.Match[str]) -> str:
    if token["entity"]:
        return html5.get(f"{token['entity']};", token[0])
    code = int(token["decimal"] or token["hexadecimal"], 10 if token["decimal"] else 16)
    is_character = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_character else "\ufffd"
