"""A query whose SQL is written once finds what Django would find, whichever numbers it is given."""

import pytest
from pytest_django import DjangoAssertNumQueries

from digest.models import Article
from digest.prepared import Prepared, run
from digest.rows import of_keys
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys() -> list[int]:
    """Articles of two sections, by turns."""
    sections = [CategoryFactory.create(), CategoryFactory.create()]
    return [ArticleFactory.create(category=sections[turn % 2]).pk for turn in range(6)]


def test_each_list_of_numbers_finds_its_own(keys: list[int]) -> None:
    found = Prepared(
        lambda *some: Article.objects.filter(pk__in=some).order_by("pk").values_list("pk")
    )
    for some in (keys[:1], keys[1:3], keys[2:4], keys[5:], keys):
        assert [pk for (pk,) in found(*some)] == sorted(some)


def test_what_is_no_number_of_the_caller_stays_as_it_is(keys: list[int]) -> None:
    Article.objects.filter(pk=keys[0]).update(headline="%s")
    written = Prepared(
        lambda pk: (
            Article.objects.filter(pk=pk, headline="%s", position__lt=2**31 - 200_000)
            .order_by()
            .values_list("pk")
        )
    )
    assert written(keys[0]) == [(keys[0],)]
    assert written(keys[1]) == []


def test_a_place_is_counted_among_what_is_found(keys: list[int]) -> None:
    section = Article.objects.get(pk=keys[0]).category_id
    within = Prepared(
        lambda pk: Article.objects.filter(category=pk).order_by("-pk").values_list("pk")
    )
    assert within(section, place=slice(1, 3)) == [(keys[2],), (keys[0],)]


def test_a_query_that_can_find_nothing_is_not_asked(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert run(Article.objects.filter(pk__in=[]).values_list("pk")) == []
        assert of_keys([]) == of_keys([10**20]) == []


def test_a_row_says_what_the_model_says(keys: list[int]) -> None:
    (row,) = of_keys(keys[:1])
    made, stored = row.article(), Article.objects.get(pk=keys[0])
    for name in made.__dict__.keys() & {field.attname for field in Article._meta.concrete_fields}:
        assert getattr(made, name) == getattr(stored, name), name
    assert made.published_at is not None
    assert made.published_at.tzinfo
