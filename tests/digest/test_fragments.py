"""An entry's HTML is made once, and made again as soon as anything that it shows has changed."""

from collections.abc import Callable, Iterator

import pytest
from django.dispatch import Signal
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from taggit.models import Tag

from digest.models import Article, Category, Paper
from digest.rows import published, read, rows
from digest.sections import listed
from editorial.live import publishing
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db
SECTION = "/categories/c/"


@pytest.fixture
def article() -> Article:
    section = CategoryFactory.create(slug="c")
    made = ArticleFactory.create(category=section, tags=["微调"], headline="Old", picture="old.png")
    ArticleFactory.create(category=section, position=made.position + 1, headline="Neighbour")
    return made


@pytest.fixture
def made() -> Iterator[list[str]]:
    """The names of the templates that make entries, from now on."""
    names: list[str] = []

    def note(signal: Signal, sender: object, template: object, **_kwargs: object) -> None:
        names.append(str(getattr(template, "name", "")))

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def page(client: Client, address: str = SECTION) -> str:
    """Return a page that is not kept as a whole, as after a change somewhere else in the list."""
    publishing.hold(timezone.now())
    return client.get(address).content.decode()


def test_an_entry_that_says_the_same_is_made_once(
    client: Client, article: Article, made: list[str]
) -> None:
    first = page(client)
    assert made.count("digest/_entry.html") == 2
    Article.objects.filter(headline="Neighbour").update(headline_html="Changed")
    again = page(client)
    assert made.count("digest/_entry.html") == 3
    assert "Changed" in again
    assert again.replace("Changed", "Neighbour") == first


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda a: Article.objects.filter(pk=a.pk).update(headline_html="New"), "New"),
        (lambda a: Article.objects.filter(pk=a.pk).update(summary_html="<p>New</p>"), "<p>New</p>"),
        (lambda a: Article.objects.filter(pk=a.pk).update(links=[["new", "//x"]]), "new"),
        (lambda a: Article.objects.filter(pk=a.pk).update(picture="new.png"), "new.png"),
        (lambda a: Article.objects.filter(pk=a.pk).update(picture_alt="New"), 'alt="New"'),
        (lambda a: Paper.objects.filter(pk=a.paper_id).update(title="New"), "-new"),
        (lambda _: Tag.objects.update(name="New"), ">New<"),
        (lambda a: a.tags.add("new"), ">new<"),
    ],
)
def test_whatever_changes_in_an_entry_shows(
    client: Client, article: Article, change: Callable[[Article], object], shown: str
) -> None:
    before = page(client)
    assert shown not in before
    change(article)
    assert shown in page(client)


def test_a_section_that_is_renamed_shows_its_name_beside_the_entry(
    client: Client, article: Article
) -> None:
    assert "New" not in page(client, article.get_absolute_url())
    Category.objects.update(title="New")
    assert "New" in page(client, article.get_absolute_url())


def test_an_entry_speaks_the_language_of_its_page(client: Client, article: Article) -> None:
    assert "（固定链接）" in page(client)
    assert "(permalink)" in page(client, f"/en{SECTION}")


def test_a_number_is_a_place_and_not_part_of_the_entry(
    client: Client, article: Article, made: list[str]
) -> None:
    page(client)
    made.clear()
    Article.objects.filter(pk=article.pk).update(taken_down_at=timezone.now())
    text = page(client)
    assert 'title="固定链接">1<' in text
    assert made.count("digest/_entry.html") == 0


def test_a_row_is_its_article(article: Article) -> None:
    [row, _] = read(published().order_by("position"))
    [model, _] = listed().order_by("position")
    assert rows(listed().order_by("position"))[0] == row
    again = row.article()
    for field in Article._meta.concrete_fields:
        if field.attname not in again.get_deferred_fields():
            assert getattr(again, field.attname) == getattr(model, field.attname), field
    assert again.get_absolute_url() == model.get_absolute_url()
    assert (again.paper, again.category.title) == (model.paper, model.category.title)
    assert [tag.name for tag in again.tag_list] == ["微调"]


def test_a_section_that_is_made_anew_costs_three_queries(
    client: Client, article: Article, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(client)
    with django_assert_num_queries(1 + 3):  # the first asks whether the page is kept
        client.get(f"{SECTION}?page=1")
