"""TeX between dollar signs to MathML, which browsers set without any JavaScript.

What a dollar sign means follows pandoc: the opening one has no space after it, the closing one no
space before it and no digit behind it, so that "$5 to $10" stays money.
"""

import html
import re
from xml.etree.ElementTree import tostring

from latex2mathml.converter import Converter
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

LONGEST_TEX = 1_000  # latex2mathml goes as deep as its input is nested; a formula is far shorter
DEEPEST_TEX = 50

# Addresses and tags are matched first, to be stepped over: a dollar sign in them is no math.
MATH = rf"""
    \]\((?>(?:[^\s()]|\([^\s()]*+\))*)\)
  | </?[A-Za-z][^<>]*+>
  | <[A-Za-z][A-Za-z0-9+.-]*+://[^<>]*+>
  | (?<![\\$])\$\$(?!\$)(?P<display>(?:[^$\\]|\\.){{1,{LONGEST_TEX}}}+)\$\$(?!\$)
  | (?<![\\$])\$(?![\s$])(?P<inline>(?:[^$\\]|\\.){{1,{LONGEST_TEX}}}+)(?<!\s)\$(?![\d$])
"""

# A macro may call itself; nothing in one line of prose needs one.
REFUSED = re.compile(r"\\(?:def|newcommand|renewcommand|href|style|class)(?![A-Za-z])")


def to_mathml(tex: str, *, display: bool = False) -> str:
    """Return the formula as a ``<math>`` element, or its TeX in ``<code>`` if that cannot be read.

    A formula that an author got wrong is still worth showing; it must never stop a page.
    """
    as_written = f"<code>{html.escape(tex, quote=False)}</code>"
    if REFUSED.search(tex) or _depth(tex) > DEEPEST_TEX:
        return as_written
    try:
        element = Converter(display="block" if display else "inline").convert_to_element(tex)
        for node in element.iter():
            # The converter writes character references into its text and means to unescape the
            # finished markup, which would let `\text{<b>}` make a tag.
            node.text = html.unescape(node.text) if node.text else node.text
        return tostring(element, encoding="unicode")
    except Exception:  # noqa: BLE001 - it raises what its parts raise: IndexError, StopIteration, …
        return as_written


def _depth(tex: str) -> int:
    deepest = depth = 0
    for char in tex:
        if char in "{[(^_":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "}])":
            depth -= 1
    return deepest


class MathProcessor(InlineProcessor):
    """Takes formulas out of the text before their `_` and `*` can be read as emphasis."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(MATH, md)
        self.compiled_re = re.compile(MATH, re.DOTALL | re.VERBOSE)

    def handleMatch(  # type: ignore[override]  # noqa: N802 - both as Python-Markdown has it
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[str | None, int | None, int | None]:
        """Leave the formula's MathML with the raw HTML, and a mark in its place."""
        display, inline = m["display"], m["inline"]
        if display is None and inline is None:
            return None, None, None
        math = to_mathml(display or inline, display=display is not None)
        return self.md.htmlStash.store(math), m.start(), m.end()


class MathExtension(Extension):
    """`$…$` in a line and `$$…$$` displayed; `\\$` is a dollar sign."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register after code spans (190), which keep their dollars, and before all else."""
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
        md.block_level_elements = [name for name in md.block_level_elements if name != "math"]
        md.inlinePatterns.register(MathProcessor(md), "math", 185)
