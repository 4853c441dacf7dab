"""Nothing is lost: every text comes out as it went in."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.readme import parse, render
from tests.readme.strategies import hostile


@settings(max_examples=2000, deadline=None)
@given(hostile)
@example("\ufeff")
@example("   ")
@example("```\n**1、[T](u)**")
@example("> " * 100 + "x")
@example("# a\r**1、[T](u)**\r\rtext\r\n\n")
def test_every_text_comes_out_as_it_went_in(text: str) -> None:
    assert render(parse(text)) == text


@settings(max_examples=500, deadline=None)
@given(st.text())
def test_any_unicode_comes_out_as_it_went_in(text: str) -> None:
    assert render(parse(text)) == text


@settings(max_examples=1000, deadline=None)
@given(hostile)
def test_line_numbers_are_those_of_the_text(text: str) -> None:
    document = parse(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    nodes = [
        *document.preamble,
        *document.sections,
        *(n for s in document.sections for n in s.nodes),
    ]
    for node in nodes:
        first = node.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")[0]
        assert lines[node.line - 1].removeprefix("\ufeff" if node.line == 1 else "") == first
