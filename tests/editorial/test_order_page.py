"""The pages that order entries and sections, as they work without a script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from digest.models import Article, Category, Readme
from editorial import actions
from editorial.admin.order import PER_PAGE
from editorial.models import Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, revision_in
from tests.editorial.test_admin_form import shown


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def sections_page() -> str:
    return reverse("admin:digest_category_order")


def page_of(section: Category, number: int = 1) -> str:
    url = reverse("admin:digest_category_entries", args=[section.pk])
    return url if number == 1 else f"{url}?page={number}"


def keys(section: Category) -> list[int]:
    return [article.pk for article in Article.objects.published().filter(category=section)]


def filled(people: People, size: int) -> Category:
    """Return a section with this many entries."""
    section = category()
    new = RevisionFactory.create_batch(
        size, state=State.APPROVED, category=section, author=people.author
    )
    actions.perform_all(new, "publish", people.publisher)
    return section


def form_of(answer: Any) -> dict[str, str]:
    """Return what a browser would send if nothing was typed."""
    fields = re.findall(r'<input [^>]*name="(seen|place-\d+)"[^>]*>', shown(answer))
    values = re.findall(r'<input [^>]*name="(?:seen|place-\d+)"[^>]*value="([^"]*)"', shown(answer))
    return dict(zip(fields, values, strict=True))


def typed(client: Client, url: str, **numbers: Any) -> dict[str, str]:
    """Return the form of this page as sent with these numbers typed, by place (``p3=1``)."""
    form = form_of(client.get(url))
    rows = [field for field in form if field != "seen"]
    return form | {rows[int(place[1:]) - 1]: str(number) for place, number in numbers.items()}


@pytest.fixture
def section(people: People) -> Category:
    return filled(people, 6)


@pytest.fixture
def publisher(people: People, client: Client) -> Client:
    client.force_login(people.publisher)
    return client


@pytest.mark.parametrize(
    ("numbers", "order"),
    [
        ({"p5": 2}, "152346"),
        ({"p1": 6}, "234561"),
        ({"p1": 2, "p2": 1}, "213456"),
        ({"p2": 5, "p3": 6, "p6": 1}, "614523"),
        ({"p4": 1, "p6": 1}, "461235"),
        ({"p3": "", "p6": 1}, "612345"),
        ({"p4": 6, "p5": 6}, "123645"),
    ],
)
def test_a_row_goes_to_the_number_that_was_typed(
    numbers: dict[str, Any], order: str, section: Category, publisher: Client
) -> None:
    before, url = keys(section), page_of(section)
    answer = publisher.post(url, typed(publisher, url, **numbers))
    assert answer.status_code == 302
    assert keys(section) == [before[int(place) - 1] for place in order]


def test_it_says_how_many_were_moved(section: Category, publisher: Client) -> None:
    url = page_of(section)
    answer = publisher.post(url, typed(publisher, url, p6=1, p5=2), follow=True)
    assert "2 entries moved" in shown(answer)
    answer = publisher.post(url, typed(publisher, url, p1=2), follow=True)
    assert "1 entry moved" in shown(answer)


def test_it_says_so_when_nothing_was_moved(section: Category, publisher: Client) -> None:
    url, version = page_of(section), Readme.objects.get().version
    answer = publisher.post(url, typed(publisher, url), follow=True)
    assert "Nothing had changed" in shown(answer)
    assert Readme.objects.get().version == version


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "1.5"])
def test_a_number_that_no_entry_has_is_refused_beside_its_row(
    number: str, section: Category, publisher: Client
) -> None:
    before, url = keys(section), page_of(section)
    answer = publisher.post(url, typed(publisher, url, p2=number, p5=3))
    assert answer.status_code == 200
    assert "errorlist" in shown(answer)
    form = form_of(answer)
    assert (form[f"place-{before[1]}"], form[f"place-{before[4]}"]) == (number, "3")
    assert keys(section) == before


@pytest.mark.parametrize("seen", ["", "x 1", "1 1", "99 98", "9" * 30])
def test_a_forged_page_is_refused(seen: str, section: Category, publisher: Client) -> None:
    before, url = keys(section), page_of(section)
    form = typed(publisher, url, p1=2) | {"seen": seen, "place-1": "2", "place-99": "1"}
    assert publisher.post(url, form).status_code in {302, 409}
    assert keys(section) == before


# --- Somebody else was first ----------------------------------------------------------------------


def test_who_orders_what_has_changed_meanwhile_is_told_and_keeps_their_wish(
    people: People, section: Category, publisher: Client
) -> None:
    one, two, three, four, five, six = keys(section)
    url = page_of(section)
    form = typed(publisher, url, p6=1, p5=2)
    actions.perform(Revision.objects.get(article=three), "take_down", people.superuser, "撤稿")
    new = revision_in(State.PUBLISHED, people, category=section).article_id
    answer = publisher.post(url, form)
    assert answer.status_code == 409
    assert "now 5" in shown(answer)
    assert "Someone else has changed this list" in shown(answer)
    assert keys(section) == [one, two, four, five, six, new]
    wish = [six, new, five, one, two, four]
    offered = form_of(answer)
    assert [field for field in offered if field != "seen"] == [f"place-{key}" for key in wish]
    assert offered["seen"].split() == [str(key) for key in keys(section)]
    assert publisher.post(url, offered).status_code == 302
    assert keys(section) == wish


def test_a_list_that_is_shorter_now_is_no_error_of_theirs(
    people: People, section: Category, publisher: Client
) -> None:
    one, two, three, four, five, six = keys(section)
    url = page_of(section)
    form = typed(publisher, url, p1=6)
    actions.perform(Revision.objects.get(article=three), "take_down", people.superuser, "撤稿")
    answer = publisher.post(url, form)
    assert answer.status_code == 409
    publisher.post(url, form_of(answer))
    assert keys(section) == [two, four, five, six, one]


def test_a_page_that_has_gone_meanwhile_is_no_error(people: People, publisher: Client) -> None:
    section = filled(people, PER_PAGE + 1)
    url, last = page_of(section, 2), keys(section)[-1]
    form = typed(publisher, url, p1=1)
    actions.perform(Revision.objects.get(article=last), "take_down", people.superuser, "撤稿")
    assert publisher.post(url, form).status_code == 409
    assert publisher.post(url, form_of(publisher.get(url))).status_code == 302


# --- Long lists -----------------------------------------------------------------------------------


def test_a_row_can_go_to_another_page(people: People, publisher: Client) -> None:
    section = filled(people, PER_PAGE + 10)
    before = keys(section)
    first, second = page_of(section), page_of(section, 2)
    assert f'href="?page={2}"' in shown(publisher.get(first))
    publisher.post(second, typed(publisher, second, p3=2))
    moved = before[PER_PAGE + 2]
    order = [before[0], moved, *(key for key in before[1:] if key != moved)]
    assert keys(section) == order
    publisher.post(first, typed(publisher, first, p1=PER_PAGE + 5, p2=1))
    rest = order[2:]
    assert keys(section) == [moved, *rest[: PER_PAGE + 3], before[0], *rest[PER_PAGE + 3 :]]


def test_another_page_may_change_meanwhile(people: People, publisher: Client) -> None:
    section = filled(people, PER_PAGE + 2)
    before, url = keys(section), page_of(section)
    form = typed(publisher, url, p2=1)
    new = revision_in(State.PUBLISHED, people, category=section).article_id
    assert publisher.post(url, form).status_code == 302
    assert keys(section) == [before[1], before[0], *before[2:], new]


def test_a_longer_page_costs_no_more_queries(people: People, publisher: Client) -> None:
    def cost(size: int) -> tuple[int, int]:
        url = page_of(filled(people, size))
        publisher.get(url)
        with CaptureQueriesContext(connection) as reading:
            form = typed(publisher, url, p3=1)
        with CaptureQueriesContext(connection) as saving:
            assert publisher.post(url, form).status_code == 302
        return len(reading), len(saving)

    few = cost(4)
    assert cost(150) == few
    assert few[0] <= 8
    assert few[1] <= 20


# --- Sections -------------------------------------------------------------------------------------


def test_sections_are_ordered_by_numbers_too(publisher: Client) -> None:
    before = [category(position=place).pk for place in (1, 2, 3)]
    answer = publisher.post(sections_page(), typed(publisher, sections_page(), p3=1), follow=True)
    assert "1 section moved" in shown(answer)
    assert [one.pk for one in Category.objects.all()] == [before[2], before[0], before[1]]


def test_sections_that_changed_meanwhile_are_not_ordered(publisher: Client) -> None:
    for place in (1, 2):
        category(position=place)
    form = typed(publisher, sections_page(), p2=1)
    category(position=3)
    before = [one.pk for one in Category.objects.all()]
    assert publisher.post(sections_page(), form).status_code == 409
    assert [one.pk for one in Category.objects.all()] == before


@pytest.mark.parametrize("url", ["sections", "entries"])
def test_an_empty_list_has_nothing_to_order(url: str, publisher: Client) -> None:
    answer = publisher.get(sections_page() if url == "sections" else page_of(category()))
    assert answer.status_code == 200
    assert 'class="order-form"' not in shown(answer)


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["author", "reviewer", "bystander"])
def test_only_publishers_may(name: str, people: People, client: Client, section: Category) -> None:
    client.force_login(people.publisher)
    form, before = typed(client, page_of(section), p2=1), keys(section)
    client.force_login(getattr(people, name))
    for url in (page_of(section), sections_page()):
        assert client.get(url).status_code == 403
        assert client.post(url, form).status_code == 403
    assert keys(section) == before


@pytest.mark.parametrize(("name", "offered"), [("publisher", True), ("reviewer", False)])
def test_publishers_are_led_there(
    name: str, offered: bool, people: People, client: Client, section: Category
) -> None:
    client.force_login(getattr(people, name))
    lists = shown(client.get(reverse("admin:digest_category_changelist")))
    one = shown(client.get(reverse("admin:digest_category_change", args=[section.pk])))
    assert (f'href="{sections_page()}"' in lists) is offered
    assert (f'href="{page_of(section)}"' in lists) is offered
    assert (f'href="{page_of(section)}"' in one) is offered


def test_what_is_not_there_has_no_page(publisher: Client) -> None:
    assert publisher.get(page_of(Category(pk=99))).status_code == 404
