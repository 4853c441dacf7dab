"""Eight processes act on one article at once, again and again: each round has exactly one winner.

Whatever a page offered, also one of another moment, the database alone decides; afterwards the log
tells exactly what was won, and states, live row and the README's count of changes follow from it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User

from digest.models import Article, Readme
from editorial import entries
from editorial.live import tags
from editorial.models import Event, Revision
from editorial.transitions import LIVE, OPEN, State
from tests.databases import address
from tests.editorial.factories import People, PersonFactory, revision_in

ROOT = Path(__file__).parents[2]
RACERS = 8
ROUNDS = 200

# What is contested, by where the open revision of the article stands.  Of these acts no two can
# both be made: each ends what another one starts from.
CONTESTS = {
    None: ("revise",),
    State.DRAFT: ("edit", "publish"),
    State.CHANGES_REQUESTED: ("edit", "publish"),
    State.IN_REVIEW: ("approve", "request_changes", "edit"),
    State.APPROVED: ("publish", "take_down", "edit"),
}
WHILE_TAKEN_DOWN = ("restore", "take_down", "edit")
PUBLIC = {"publish", "take_down", "restore"}


class Racer:
    """A process that acts as one person (see ``racer``)."""

    def __init__(self, user: User) -> None:
        self.user = user
        begin = "import django; django.setup(); from tests.editorial.racer import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", begin, user.username],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, what: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=60)


@pytest.fixture
def racers(transactional_db: None) -> Iterator[list[Racer]]:
    people = PersonFactory.create_batch(RACERS, role="publisher")
    racers = [Racer(person) for person in people]
    yield racers
    for racer in racers:
        racer.end()


@pytest.fixture
def article(transactional_db: None) -> Article:
    article = revision_in(State.PUBLISHED, People(), tag_names=["LLM"]).article
    assert article
    return article


def test_each_round_has_exactly_one_winner(racers: list[Racer], article: Article) -> None:
    chance = Random(8)
    history = list(told())
    for number in range(ROUNDS):
        acts = contested(article, racers, chance)
        outcomes = race(racers, acts, article, f"第{number}轮")
        winners = [index for index, outcome in enumerate(outcomes) if "won" in outcome]
        assert len(winners) == 1, (number, acts, outcomes)
        assert sum("refused" in outcome for outcome in outcomes) == RACERS - 1, outcomes
        (winner,) = winners
        history.append((outcomes[winner]["won"], acts[winner], racers[winner].user.pk))
    won = {act for _revision, act, _user in history}
    assert won >= {"revise", "edit", "submit", "approve", "publish", "take_down", "restore"}
    audit(article, history)


def contested(article: Article, racers: list[Racer], chance: Random) -> list[str]:
    """Return what each of the racers tries next."""
    open_revision = article.revisions.filter(state__in=OPEN).first()
    article.refresh_from_db()
    contest = CONTESTS[State(open_revision.state) if open_revision else None]
    if article.taken_down_at:
        contest = WHILE_TAKEN_DOWN
    acts = list(islice(cycle(contest), RACERS))
    chance.shuffle(acts)
    if open_revision and "publish" in contest and open_revision.state != State.APPROVED:
        authors = [racer.user.pk for racer in racers]
        acts[authors.index(open_revision.author_id)] = "submit"  # nobody else may
    return acts


def race(racers: list[Racer], acts: list[str], article: Article, text: str) -> list[dict[str, Any]]:
    """Let all act at once, each on what they have just read; return what came of it."""
    for racer, act in zip(racers, acts, strict=True):
        racer.tell({"act": act, "article": article.pk, "text": f"{text}：{racer.user}"})
    assert {racer.hear() for racer in racers} == {"ready"}
    for racer in racers:
        racer.tell("go")
    return [racer.hear() for racer in racers]


def told() -> Iterator[tuple[int, str, int]]:
    """Go through what the log tells that somebody did by hand."""
    events = Event.objects.exclude(transition="supersede").order_by("pk")
    yield from events.values_list("revision_id", "transition", "user_id")


def audit(article: Article, history: list[tuple[int, str, int]]) -> None:
    """Hold log, states, live row and count of changes against what was won."""
    assert list(told()) == [made for made in history if made[1] != "revise"]
    made = [act for _revision, act, _user in history]
    superseded = Event.objects.filter(transition="supersede").count()
    assert superseded == made.count("publish") - 1
    for revision in Revision.objects.prefetch_related("events"):
        replay(revision)
    assert Readme.objects.get().version == sum(act in PUBLIC for act in made)
    article.refresh_from_db()
    shown = article.revisions.get(state__in=LIVE)
    assert article.revision == shown.pk
    assert bool(article.taken_down_at) == (shown.state == State.TAKEN_DOWN)
    for column in (*entries.COLUMNS, "category_id"):
        assert getattr(article, column) == getattr(shown, column), column
    assert tags.names_of(article) == shown.tag_names
    assert Article.objects.count() == 1


def replay(revision: Revision) -> None:
    """Follow a revision through its log: each event begins where the one before it ended."""
    state, version = State.DRAFT, 1
    if revision.pk == Revision.objects.earliest("pk").pk:
        state = State.APPROVED  # as the test began
    for event in revision.events.all():
        assert event.source == state, event
        state, version = State(event.target), version + 1
        if event.transition == "edit":
            assert event.details["version"] == version
    assert (revision.state, revision.version) == (state, version)
