"""The list of revisions: what its filters find, what it shows, and what all lists cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import SimpleListFilter
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digest.models import Article, Category, Passage
from editorial import actions
from editorial.models import Comment, Event, Outline, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category
from tests.editorial.test_admin_form import change_url, shown

LIST = "/admin/editorial/revision/"


@pytest.fixture
def found(people: People, client: Client) -> Callable[..., set[str]]:
    """Return the headlines that a person finds with a query string."""

    def found(query: str, name: str = "reviewer") -> set[str]:
        client.force_login(getattr(people, name))
        answer = client.get(f"{LIST}?{query}")
        assert answer.status_code == 200
        return {revision.headline for revision in answer.context["cl"].result_list}

    return found


def test_revisions_are_found_by_their_people(people: People, found: Any) -> None:
    section = category()
    for headline, author, reviewer in [
        ("甲", people.author, people.reviewer),
        ("乙", people.reviewer, people.publisher),
        ("丙", people.second_author, None),
    ]:
        RevisionFactory.create(
            headline=headline, author=author, reviewer=reviewer, category=section
        )
    assert found("author=me") == {"乙"}
    assert found("author=me", "second_author") == {"丙"}
    assert found(f"author={people.author.pk}") == found(f"author={people.author.pk}", "author")
    assert found(f"author={people.author.pk}") == {"甲"}
    assert found("reviewer=me") == {"甲"}
    assert found("reviewer=nobody") == {"丙"}
    assert found(f"reviewer={people.publisher.pk}") == {"乙"}
    assert found(f"reviewer={people.publisher.pk}&author=me") == {"乙"}
    assert found("reviewer=nobody&author=me") == set()


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "", "1 OR 1"])
@pytest.mark.parametrize("name", ["author", "reviewer"])
def test_a_person_who_is_none_has_no_revisions(
    name: str, value: str, people: People, found: Any
) -> None:
    RevisionFactory.create(author=people.author)
    assert found(f"{name}={value}") == set()


def test_a_forged_category_is_no_error(people: People, client: Client) -> None:
    client.force_login(people.reviewer)
    for value in ("x", "9" * 30):
        answer = client.get(f"{LIST}?category__id__exact={value}", follow=True)
        assert answer.status_code == 200


def test_only_who_is_in_a_column_is_offered(people: People, client: Client) -> None:
    RevisionFactory.create(author=people.author, reviewer=people.publisher)
    client.force_login(people.reviewer)
    specs = client.get(LIST).context["cl"].filter_specs
    offered = {
        spec.parameter_name: [key for key, _ in spec.lookup_choices]
        for spec in specs
        if isinstance(spec, SimpleListFilter)
    }
    assert offered["author"] == ["me", str(people.author.pk)]
    assert offered["reviewer"] == ["me", "nobody", str(people.publisher.pk)]


def test_revisions_are_found_by_the_day_of_their_review(people: People, found: Any) -> None:
    today, section = timezone.localdate(), category()
    for headline, due, state in [
        ("昨天", today - timedelta(days=1), State.IN_REVIEW),
        ("今天", today, State.DRAFT),
        ("六天", today + timedelta(days=6), State.CHANGES_REQUESTED),
        ("七天", today + timedelta(days=7), State.IN_REVIEW),
        ("没有", None, State.IN_REVIEW),
        ("审过了", today - timedelta(days=1), State.APPROVED),
        ("撤了", None, State.WITHDRAWN),
    ]:
        RevisionFactory.create(headline=headline, due=due, state=state, category=section)
    assert found("due=overdue") == {"昨天"}
    assert found("due=week") == {"今天", "六天"}
    assert found("due=none") == {"没有"}
    assert found("due=none&state__exact=draft") == set()
    assert len(found("due=x")) == 7


def test_revisions_with_open_comments_are_found_and_counted(
    people: People, client: Client, found: Any
) -> None:
    section = category()
    open_one, settled, silent = RevisionFactory.create_batch(3, category=section)
    for text in ("一", "二"):
        actions.comment(open_one, people.reviewer, text)
    done = actions.comment(open_one, people.reviewer, "三")
    actions.resolve(done, people.reviewer)
    actions.resolve(actions.comment(settled, people.reviewer, "四"), people.reviewer)
    assert found("comments=open") == {open_one.headline}
    assert len(found("")) == 3
    page = shown(client.get(f"{LIST}?o=-6"))
    assert f'<a href="{change_url(open_one)}#comments">2</a>' in page
    rows = re.findall(r'<td class="field-comments_shown">(.*?)</td>', page)
    assert [re.sub("<[^>]*>", "", row) for row in rows] == ["2", "—", "—"]
    assert silent.headline in page


def test_what_is_overdue_is_said_in_words(people: People, client: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    section = category()
    RevisionFactory.create(due=yesterday, state=State.IN_REVIEW, category=section)
    RevisionFactory.create(due=yesterday, state=State.APPROVED, category=section)
    client.force_login(people.author)
    page = shown(client.get("/en/admin/editorial/revision/"))
    cells = re.findall(r'<td class="field-review.*?</td>', page)
    assert ["overdue" in cell for cell in cells].count(True) == 1


# --- Cost ----------------------------------------------------------------------------------------

LISTS = [
    "/admin/editorial/revision/",
    "/admin/editorial/revision/?state__exact=in_review&reviewer=nobody&due=none&comments=open&q=省",
    "/admin/editorial/revision/?desk=review",
    "/admin/editorial/revision/?author=me&o=-7",
    "/admin/editorial/event/",
    "/admin/digest/article/",
    "/admin/digest/article/?live=0",
    "/admin/editorial/outline/",
    "/admin/digest/category/",
    "/admin/digest/passage/",
]


def test_no_list_costs_more_queries_with_more_rows(people: People, client: Client) -> None:
    client.force_login(people.superuser)
    grow(1, 100)
    client.get(LIST)
    few = cost(client)
    grow(2, 10_000)
    assert cost(client) == few
    assert max(few.values()) <= 15


def cost(client: Client) -> dict[str, int]:
    counts = {}
    for url in LISTS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts[url] = len(queries)
    return counts


def grow(round_: int, count: int) -> None:
    """Make so many revisions, events, comments and articles, and some of all else."""
    some = 10 * round_
    now, names = timezone.now(), [f"{round_}-{number}" for number in range(some)]
    users = User.objects.bulk_create(User(username=f"user{name}") for name in names)
    sections = Category.objects.bulk_create(
        Category(title=name, slug=name, position=number) for number, name in enumerate(names, 1)
    )
    Passage.objects.bulk_create(Passage(category=s, position=1, source="字") for s in sections)
    Outline.objects.bulk_create(
        Outline(text="#", author=user, state="declined", decided_by=user, decided_at=now)
        for user in users
    )
    revisions = Revision.objects.bulk_create(
        Revision(
            headline=f"第{number}篇，省！",
            author=users[number % some],
            reviewer=users[number % some] if number % 3 else None,
            due=now.date() if number % 3 else None,
            category=sections[number % some],
            state=State.IN_REVIEW,
        )
        for number in range(count)
    )
    Event.objects.bulk_create(
        Event(
            revision=revision,
            transition="submit",
            source=State.DRAFT,
            target=State.IN_REVIEW,
            user_id=revision.author_id,
            at=now,
        )
        for revision in revisions
    )
    Comment.objects.bulk_create(
        Comment(revision=revision, text="好", user_id=revision.author_id, at=now)
        for revision in revisions
    )
    Article.objects.bulk_create(
        Article(
            headline=revision.headline,
            category=sections[number % some],
            position=1,
            revision=revision.pk,
            published_at=now,
            updated_at=now,
        )
        for number, revision in enumerate(revisions)
    )
