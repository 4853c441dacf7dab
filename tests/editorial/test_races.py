"""Two people press at the same moment: the database says who was first, and the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from digest.models import Article, Paper
from editorial import actions
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, category, revision_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> People:
    return People()


def together(*acts: Callable[[], object]) -> list[object]:
    """Run these at the same moment, each on its own connection; return results and refusals."""
    start = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            results[index] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def refusals(results: list[object]) -> list[actions.Refused]:
    assert all(isinstance(result, Revision | actions.Refused) for result in results), results
    return [result for result in results if isinstance(result, actions.Refused)]


@pytest.mark.parametrize("_round", range(5))
@pytest.mark.parametrize(
    ("move", "state"),
    [("approve", State.IN_REVIEW), ("publish", State.APPROVED), ("take_down", State.PUBLISHED)],
)
def test_one_move_by_two_people_is_made_once(
    move: str, state: State, _round: int, people: People
) -> None:
    revision = revision_in(state, people)
    events = Event.objects.count()
    first, second = people.publisher, people.superuser
    copies = [Revision.objects.get(pk=revision.pk) for _ in range(2)]
    results = together(
        lambda: actions.perform(copies[0], move, first, "因为"),
        lambda: actions.perform(copies[1], move, second, "因为"),
    )
    (refusal,) = refusals(results)
    assert isinstance(refusal, actions.WrongState)
    winner = Event.objects.latest("pk").user.username
    assert winner in str(refusal)
    assert Event.objects.count() == events + 1
    assert Article.objects.count() <= 1


@pytest.mark.parametrize("_round", range(5))
def test_an_edit_and_a_submission_do_not_cross(_round: int, people: People) -> None:
    RevisionFactory.create(author=people.author)
    author, publisher = people.author, people.publisher
    mine, theirs = Revision.objects.get(), Revision.objects.get()
    results = together(
        lambda: actions.perform(mine, "submit", author),
        lambda: actions.edit(theirs, publisher, 1, headline="换了"),
    )
    assert len(refusals(results)) == 1
    stored = Revision.objects.get()
    assert stored.version == 2
    assert (stored.state == State.IN_REVIEW) != (stored.headline == "换了")


@pytest.mark.parametrize("_round", range(5))
def test_one_article_gets_one_open_revision(_round: int, people: People) -> None:
    article = revision_in(State.PUBLISHED, people).article
    assert article
    author, second = people.author, people.second_author
    results = together(
        lambda: actions.revise(article, author), lambda: actions.revise(article, second)
    )
    (refusal,) = refusals(results)
    holder = article.revisions.get(state=State.DRAFT).author.username
    assert holder in str(refusal)


@pytest.mark.parametrize("_round", range(5))
def test_a_change_is_not_published_while_its_article_is_taken_down(
    _round: int, people: People
) -> None:
    live = revision_in(State.PUBLISHED, people)
    assert live.article
    change = actions.revise(live.article, people.author)
    actions.perform(change, "submit", people.author)
    actions.perform(change, "approve", people.reviewer)
    publisher, other = people.publisher, people.superuser
    results = together(
        lambda: actions.perform(change, "publish", publisher),
        lambda: actions.perform(live, "take_down", other, "撤稿"),
    )
    assert len(refusals(results)) == 1
    article = Article.objects.get()
    shown = Revision.objects.get(pk=article.revision)
    assert shown.state == (State.TAKEN_DOWN if article.taken_down_at else State.PUBLISHED)


@pytest.mark.parametrize("_round", range(5))
def test_two_new_entries_get_two_places_and_one_paper(_round: int, people: People) -> None:
    section = category()
    new = [
        RevisionFactory.create(
            state=State.APPROVED, category=section, title="QLoRA", links=[], tag_names=["LLM"]
        )
        for _ in range(4)
    ]
    people.publisher.has_perm("editorial.publish_revision")  # asked once, kept for all threads
    publisher = people.publisher
    results = together(*(lambda one=one: actions.perform(one, "publish", publisher) for one in new))
    assert refusals(results) == []
    assert sorted(Article.objects.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert Paper.objects.get().articles.count() == 4
