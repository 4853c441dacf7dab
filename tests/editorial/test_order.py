"""The order of entries and sections: what it changes, what it leaves alone, and who may."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digest import exporting
from digest.models import Article, Category, Passage, Readme
from editorial import actions
from editorial.actions import order_categories, order_entries
from editorial.incoming import import_readme
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, publish, revision_in
from tests.editorial.test_races import together
from tests.factories import PassageFactory

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"

# A heading right above its first entry, blank lines of three kinds, text among the entries.
BLANK = " "
LIST = f"""## 一、调优
**1、[甲](https://e.org/1)**

甲说。

{BLANK}

**2、[乙](https://e.org/2)**

乙说。[[paper](https://e.org/p)]

以下是早期的论文：

**3、[丙](https://e.org/3)**


**4、[丁](https://e.org/4)**

丁说。
"""


def keys(section: Category) -> list[int]:
    """Return the section's published articles as readers see them, by their numbers (pk)."""
    return [article.pk for article in Article.objects.published().filter(category=section)]


def live_rows() -> list[Any]:
    """Return all that an order could change."""
    tables = (Article, Passage, Category, Readme, Event, LogEntry)
    return [row for table in tables for row in table._default_manager.order_by("pk").values()]


@pytest.fixture
def section(people: People) -> Category:
    """Return a section of five entries."""
    section = category()
    new = RevisionFactory.create_batch(
        5, state=State.APPROVED, category=section, author=people.author
    )
    actions.perform_all(new, "publish", people.publisher)
    return section


@pytest.fixture
def spaced(people: People) -> Category:
    """Return the section of LIST."""
    import_readme(LIST, people.publisher, publish=True)
    return Category.objects.get()


# --- Entries: what readers and the README get -----------------------------------------------------


def test_readers_see_the_new_numbers(people: People, section: Category, client: Client) -> None:
    one, two, three, four, five = before = keys(section)
    assert order_entries(people.publisher, section, before, [five, one, two, four, three]) == 2
    assert keys(section) == [five, one, two, four, three]
    page = client.get(section.get_absolute_url()).content.decode()
    headlines = [Article.objects.get(pk=key).headline for key in keys(section)]
    places = [page.index(headline) for headline in headlines]
    assert places == sorted(places)


def test_in_the_export_entries_and_digits_move_and_blank_lines_stay(
    people: People, spaced: Category
) -> None:
    one, two, three, four = keys(spaced)
    order_entries(people.publisher, spaced, [one, two, three, four], [three, one, two, four])
    assert (
        exporting.readme()
        == f"""## 一、调优
**1、[丙](https://e.org/3)**

{BLANK}

**2、[甲](https://e.org/1)**

甲说。

以下是早期的论文：

**3、[乙](https://e.org/2)**

乙说。[[paper](https://e.org/p)]


**4、[丁](https://e.org/4)**

丁说。
"""
    )


@pytest.mark.parametrize("text", [LIST, SEED.read_text(encoding="utf-8")], ids=["spaced", "seed"])
def test_an_order_that_is_taken_back_gives_the_old_file(text: str, people: People) -> None:
    import_readme(text, people.publisher, publish=True)
    chance = random.Random(text)
    for section in Category.objects.all():
        before = keys(section)
        after = chance.sample(before, len(before))
        order_entries(people.publisher, section, before, after)
        assert keys(section) == after
    exported = exporting.readme()
    for section in Category.objects.all():
        order_entries(people.publisher, section, keys(section), sorted(keys(section)))
    assert exporting.readme() == text
    assert len(exported.splitlines()) == len(text.splitlines())


def test_text_and_articles_taken_down_keep_their_places(people: People, section: Category) -> None:
    one, two, three, four, five = keys(section)
    hidden = Revision.objects.get(article=two)
    actions.perform(hidden, "take_down", people.publisher, "撤稿")
    PassageFactory.create(category=section, position=9)
    kept = [*Article.objects.filter(pk=two).values(), *Passage.objects.values()]
    order_entries(people.publisher, section, [one, three, four, five], [five, four, three, one])
    assert keys(section) == [five, four, three, one]
    assert [*Article.objects.filter(pk=two).values(), *Passage.objects.values()] == kept
    actions.perform(hidden, "restore", people.publisher, "没错")
    assert keys(section) == [five, two, four, three, one]


def test_entries_that_share_a_place_are_ordered_exactly(people: People, section: Category) -> None:
    one, two, three, four, five = before = keys(section)
    Article.objects.filter(pk__in=[two, three, four]).update(position=3)
    Article.objects.filter(pk=three).update(taken_down_at="2023-06-27T04:00Z")
    text = PassageFactory.create(category=section, position=3)
    before.remove(three)
    order_entries(people.publisher, section, before, [one, four, two, five])
    assert keys(section) == [one, four, two, five]
    nodes = [*Article.objects.filter(category=section), text]
    text.refresh_from_db()
    assert len({node.position for node in nodes}) == len(nodes)
    assert text.position < Article.objects.get(pk=four).position


def test_an_order_is_no_news(people: People, section: Category, client: Client) -> None:
    before, feed = keys(section), client.get("/feed.atom").content
    texts = list(Article.objects.order_by("pk").values("updated_at", "published_at", "source"))
    order_entries(people.publisher, section, before, before[::-1])
    assert list(Article.objects.order_by("pk").values(*texts[0])) == texts
    assert client.get("/feed.atom").content == feed


# --- Entries: what is written down ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "fewest"),
    [
        ([1, 0, 2, 3, 4], 1),
        ([1, 2, 3, 4, 0], 1),
        ([4, 0, 1, 2, 3], 1),
        ([3, 0, 1, 4, 2], 2),
        ([4, 3, 2, 1, 0], 4),
    ],
)
def test_the_fewest_moves_are_logged(
    after: list[int], fewest: int, people: People, section: Category
) -> None:
    before = keys(section)
    moved = order_entries(people.publisher, section, before, [before[index] for index in after])
    logged = Event.objects.filter(transition="reorder")
    assert moved == logged.count() == fewest
    for event in logged:
        article = Article.objects.get(revision=event.revision_id).pk
        assert event.details["from"] == before.index(article) + 1
        assert event.details["to"] == keys(section).index(article) + 1
        assert (event.source, event.target) == (State.PUBLISHED, State.PUBLISHED)
        assert event.user == people.publisher


def test_each_order_is_one_change_of_the_list(people: People, section: Category) -> None:
    before, version = keys(section), Readme.objects.get().version
    order_entries(people.publisher, section, before, before[::-1])
    assert Readme.objects.get().version == version + 1


def test_the_same_order_writes_nothing(people: People, section: Category) -> None:
    rows, before = live_rows(), keys(section)
    assert order_entries(people.publisher, section, before, before) == 0
    assert live_rows() == rows


def test_a_longer_list_costs_no_more_queries(people: People) -> None:
    def cost(size: int) -> int:
        section = category()
        new = RevisionFactory.create_batch(
            size, state=State.APPROVED, category=section, author=people.author
        )
        actions.perform_all(new, "publish", people.publisher)
        before = keys(section)
        with CaptureQueriesContext(connection) as queries:
            order_entries(people.publisher, section, before, before[::-1])
        return len(queries)

    assert cost(100) == cost(5) <= 10


# --- Entries: what is refused ---------------------------------------------------------------------

MEANWHILE: dict[str, Callable[[People, Category], object]] = {
    "published": lambda people, section: revision_in(State.PUBLISHED, people, category=section),
    "taken down": lambda people, section: actions.perform(
        Revision.objects.get(article=keys(section)[0]), "take_down", people.publisher, "撤稿"
    ),
    "moved away": lambda people, section: publish(
        actions.edit(
            actions.revise(Article.objects.get(pk=keys(section)[2]), people.author),
            people.author,
            1,
            category=category(),
        ),
        people,
    ),
    "ordered": lambda people, section: order_entries(
        people.publisher, section, keys(section), keys(section)[::-1]
    ),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
def test_an_order_of_what_has_changed_since_is_refused(
    meanwhile: Callable[[People, Category], object], people: People, section: Category
) -> None:
    before = keys(section)
    meanwhile(people, section)
    rows = live_rows()
    with pytest.raises(actions.Stale):
        order_entries(people.publisher, section, before, [*before[1:], before[0]])
    assert live_rows() == rows


@pytest.mark.parametrize("change", ["one missing", "one twice", "a stranger"])
def test_an_order_that_is_no_order_is_refused(
    change: str, people: People, section: Category
) -> None:
    before, rows = keys(section), live_rows()
    after = {
        "one missing": before[:0:-1],
        "one twice": [*before[:-1], before[0]],
        "a stranger": [*before[:-1], revision_in(State.PUBLISHED, people).article_id],
    }[change]
    rows = live_rows()
    with pytest.raises(actions.Invalid):
        order_entries(people.publisher, section, before, after)  # type: ignore[arg-type]
    assert live_rows() == rows


# --- Sections -------------------------------------------------------------------------------------

SECTIONS = """[**一、调优**](#一调优)

[**二、应用**](#二应用)

[**三、评估**](#三评估)

## 一、调优

## 二、应用


## 三、评估
"""


def section_keys() -> list[int]:
    return [section.pk for section in Category.objects.all()]


def test_ordinals_and_contents_follow_and_addresses_stay(people: People) -> None:
    import_readme(SECTIONS, people.publisher, publish=True)
    one, two, three = section_keys()
    slugs = dict(Category.objects.values_list("pk", "slug"))
    assert order_categories(people.publisher, [one, two, three], [three, one, two]) == 1
    assert dict(Category.objects.values_list("pk", "slug")) == slugs
    assert (
        exporting.readme()
        == """[**一、评估**](#一评估)

[**二、调优**](#二调优)

[**三、应用**](#三应用)

## 一、评估

## 二、调优


## 三、应用
"""
    )
    order_categories(people.publisher, [three, one, two], [one, two, three])
    assert exporting.readme() == SECTIONS


def test_each_section_that_moved_is_logged(people: People) -> None:
    import_readme(SECTIONS, people.publisher, publish=True)
    one, two, three = section_keys()
    order_categories(people.publisher, [one, two, three], [three, one, two])
    entry = LogEntry.objects.select_related("user").get()
    assert (entry.object_id, entry.user, entry.is_change()) == (str(three), people.publisher, True)


def test_the_same_order_of_sections_writes_nothing(people: People) -> None:
    import_readme(SECTIONS, people.publisher, publish=True)
    rows = live_rows()
    assert order_categories(people.publisher, section_keys(), section_keys()) == 0
    assert live_rows() == rows


def test_sections_that_changed_since_are_not_ordered(people: People) -> None:
    import_readme(SECTIONS, people.publisher, publish=True)
    before = section_keys()
    category(position=4)
    rows = live_rows()
    with pytest.raises(actions.Stale):
        order_categories(people.publisher, before, before[::-1])
    with pytest.raises(actions.Invalid):
        order_categories(people.publisher, before, before[1:])
    assert live_rows() == rows


def test_more_sections_cost_no_more_queries(people: People) -> None:
    def cost(size: int) -> int:
        Category.objects.all().delete()
        text = "".join(f"## {number}. 方向{number}\n\n" for number in range(1, size + 1))
        import_readme(text, people.publisher, publish=True)
        with CaptureQueriesContext(connection) as queries:
            order_categories(people.publisher, section_keys(), section_keys()[::-1])
        return len(queries)

    cost(4)  # looks the content type up, once a process
    assert cost(60) == cost(4) <= 20


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["author", "reviewer", "bystander"])
def test_only_publishers_may(name: str, people: People, section: Category) -> None:
    rows, before, sections = live_rows(), keys(section), section_keys()
    with pytest.raises(actions.NoRight):
        order_entries(getattr(people, name), section, before, before[::-1])
    with pytest.raises(actions.NoRight):
        order_categories(getattr(people, name), sections, sections)
    assert live_rows() == rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_of_two_orders_at_once_one_is_made(_round: int, transactional_db: None) -> None:
    people = People()
    section = category()
    for _ in range(3):
        revision_in(State.PUBLISHED, people, category=section)
    one, two, three = before = keys(section)
    publisher, other = people.publisher, people.superuser
    results = together(
        lambda: order_entries(publisher, section, before, [three, one, two]),
        lambda: order_entries(other, section, before, [two, one, three]),
    )
    assert sorted(type(result).__name__ for result in results) == ["Stale", "int"]
    winner = Event.objects.filter(transition="reorder").latest("pk").user
    assert keys(section) == ([three, one, two] if winner == publisher else [two, one, three])
