"""``export(import(x)) == x`` for every text that a database can hold, through the live tables."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, assume, example, given, settings

from digest import exporting
from editorial import actions
from editorial.incoming import accept_outline, import_readme
from editorial.models import Outline, Revision
from tests.readme.strategies import hostile

relaxed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def undone() -> Iterator[None]:
    """Give each example the empty desk that the one before found."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@relaxed
@given(hostile)
@example("\ufeff# 一、\r\r1. [T](u)\r")
@example("1、[T](u)")
@example("# a\n1、[T](u)\n# a\n1、[T](u)")
def test_published_at_once(publisher: User, text: str) -> None:
    assume("\0" not in text)
    with undone():
        report = import_readme(text, publisher, publish=True)
        assert exporting.readme() == text
        assert not report.kept
        assert not import_readme(text, publisher, publish=True).writes


@relaxed
@given(hostile)
@example("# 一、a\n1、[T](u)\n# 一、a\n**1、[T](http://u)**\n")
@example("# a\n1、[T](u)\n\n2、[U](v)\n\ntext\n\n# b\n\n3、[V](w)")
def test_through_review(author: User, reviewer: User, publisher: User, text: str) -> None:
    assume("\0" not in text)
    with undone():
        import_readme(text, author)
        for outline in Outline.objects.all():
            accept_outline(outline, publisher)
        revisions = list(Revision.objects.all())
        random.Random(1).shuffle(revisions)
        for revision in revisions:
            actions.perform(revision, "approve", reviewer)
            actions.perform(revision, "publish", publisher)
        assert exporting.readme() == text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_seed_with_any_newline(publisher: User, seed: str, newline: str) -> None:
    text = seed.replace("\n", newline)
    import_readme(text, publisher, publish=True)
    assert exporting.readme() == text
