"""The doctor finds what does not agree, each by its name, and puts right what loses nothing."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from digest import mirror
from digest.models import Article, Category, Paper, SearchDocument
from editorial import actions
from editorial.incoming import import_readme
from editorial.models import Revision
from editorial.transitions import State
from tests.transfer.conftest import SEED, Run

pytestmark = pytest.mark.django_db
ORPHAN = f"pictures/{'0' * 40}.png"
OLD = (timezone.now() - timedelta(days=2)).timestamp()


@pytest.fixture(autouse=True)
def root() -> User:
    root = User.objects.create_superuser("root")
    import_readme(SEED.read_bytes().decode(), root, publish=True, folder=SEED.parent)
    return root


def keep_a_picture(name: str) -> None:
    default_storage.save(name, ContentFile(b"picture"))
    os.utime(default_storage.path(name), (OLD, OLD))


def lose_a_picture() -> None:
    Article.objects.filter(pk=first()).update(picture=ORPHAN)
    Revision.objects.filter(article=first()).update(picture=ORPHAN)


def first() -> int:
    return Article.objects.values_list("pk", flat=True)[0]


def set_state(state: State) -> None:
    Revision.objects.filter(article=first()).update(state=state)


HARM: dict[str, Callable[[], object]] = {
    "states": lambda: set_state(State.TAKEN_DOWN),
    "live": lambda: Article.objects.filter(pk=first()).update(taken_down_at=timezone.now()),
    "texts": lambda: Article.objects.filter(pk=first()).update(headline="by hand"),
    "places": lambda: Article.objects.filter(position__gt=1).update(position=F("position") - 1),
    "search": lambda: SearchDocument.objects.filter(article=first()).delete(),
    "papers": lambda: Paper.objects.create(identity="title:x", title="x"),
    "venues": lambda: Paper.objects.filter(pk=Paper.objects.all()[0].pk).update(venue="ACL"),
    "pictures": lose_a_picture,
    "orphans": lambda: keep_a_picture(ORPHAN),
}
MENDED = {"places", "search", "papers", "venues", "orphans"}


def wrong(told: str) -> set[str]:
    return {line.split()[0] for line in told.splitlines() if " wrong: " in line}


def test_a_desk_that_is_well_is_left_alone(root: User, run: Run) -> None:
    revision = actions.revise(Article.objects.all()[0], root)
    actions.edit(revision, root, revision.version, headline="next")
    for article in Article.objects.all()[3:5]:
        live = Revision.objects.get(pk=article.revision)
        actions.perform(live, "take_down", root, "why")
    told = run("doctor")
    assert wrong(told) == set(), told
    assert told.count(" ok: ") == len(HARM)


@pytest.mark.parametrize("code", HARM)
def test_it_finds_what_does_not_agree(code: str, run: Run) -> None:
    HARM[code]()
    told = run("doctor")
    assert code in wrong(told), told
    assert "CommandError" in told
    assert wrong(run("doctor")) == wrong(told), "looking changes nothing"


@pytest.mark.parametrize("code", sorted(MENDED))
def test_it_repairs_what_loses_nothing(code: str, run: Run) -> None:
    before = "".join(mirror.chunks())
    HARM[code]()
    assert "repaired" in run("doctor", "--repair")
    assert wrong(run("doctor")) == set()
    assert "".join(mirror.chunks()) == before


def test_it_leaves_to_people_what_they_must_decide(run: Run) -> None:
    HARM["texts"]()
    assert "to do: revise the article" in run("doctor", "--repair")
    assert Article.objects.filter(headline="by hand").exists()


def test_two_sections_at_one_place_are_numbered_anew(run: Run) -> None:
    Category.objects.update(position=1)
    assert "both have place 1" in run("doctor", "--repair")
    assert sorted(Category.objects.values_list("position", flat=True)) == [
        *range(1, Category.objects.count() + 1)
    ]


def test_a_picture_stored_today_may_belong_to_a_form_that_is_open(run: Run) -> None:
    default_storage.save(ORPHAN, ContentFile(b"picture"))
    assert wrong(run("doctor")) == set()
    assert Path(default_storage.path(ORPHAN)).exists()
