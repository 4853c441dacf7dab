"""Names and dates are written as they are read, and a date that is none is refused."""

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from digest.bibliography import Author, PartialDate, authors_of, date_of, text_of_authors
from digest.models import Paper
from tests.factories import PaperFactory


@pytest.mark.parametrize(
    ("line", "author", "shown"),
    [
        ("Dettmers, Tim", Author("Dettmers", "Tim"), "Tim Dettmers"),
        ("van der Maaten,  Laurens", Author("van der Maaten", "Laurens"), "Laurens van der Maaten"),
        ("OpenAI", Author("OpenAI"), "OpenAI"),
        ("{Google, Inc.}", Author("Google, Inc."), "Google, Inc."),
        ("张，三", Author("张", "三"), "张三"),
        ("王小明", Author("王小明"), "王小明"),
        (", Madonna", Author("Madonna"), "Madonna"),
    ],
)
def test_a_line_is_an_author(line: str, author: Author, shown: str) -> None:
    assert authors_of(f"\n  {line} \r\n\n") == [author]
    assert str(author) == shown


name = st.text(st.sampled_from("abÄ张三.-' "), min_size=1).map(lambda text: " ".join(text.split()))


@given(st.lists(st.builds(Author, name.filter(bool), name)))
def test_authors_that_are_written_are_read_again(authors: list[Author]) -> None:
    assert authors_of(text_of_authors(authors)) == authors


@pytest.mark.parametrize("text", ["2023", "2023-05", "2024-02-29"])
def test_a_date_keeps_its_exactness(text: str) -> None:
    assert str(date_of(text)) == text


def test_a_date_in_parts() -> None:
    assert date_of("2023-05") == PartialDate(2023, 5, 0)
    assert date_of(" ") is None


@pytest.mark.parametrize(
    "text",
    ["23", "2023-5", "2023-13", "2023-00", "2023-02-30", "2023-05-23T00:00", "0000", "２０２３"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        date_of(text)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"published_on": "2023-5"}, {"venue_kind": "blog"}])
def test_the_database_keeps_to_what_is_known(wrong: dict[str, str]) -> None:
    paper = PaperFactory.create()
    with pytest.raises(IntegrityError):
        Paper.objects.filter(pk=paper.pk).update(**wrong)
