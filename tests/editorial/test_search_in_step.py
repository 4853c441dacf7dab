"""Search follows each publish in its transaction, and knows no word that readers may not see."""

import pytest
from django.core.management import call_command
from django.db import transaction

from digest.models import Article
from digest.search import index
from digest.search.hits import Hits
from digest.search.query import read
from editorial import actions
from editorial.transitions import State
from tests.editorial.factories import People, publish, publish_change, revision_in

pytestmark = pytest.mark.django_db


def found(text: str) -> bool:
    return bool(Hits(Article.objects.published(), read(text)))


def test_a_word_is_found_once_it_is_published(people: People) -> None:
    revision = revision_in(State.DRAFT, people, headline="独特说法", tag_names=["新标签"])
    assert not found("独特")
    publish(revision, people)
    assert found("独特")
    assert found("新标签")
    assert not index.difference()


def test_a_proposed_change_is_not_found_and_a_published_one_replaces_what_was(
    people: People,
) -> None:
    revision = revision_in(State.PUBLISHED, people, headline="先前说法")
    assert revision.article
    change = actions.revise(revision.article, people.author)
    change = actions.edit(change, people.author, change.version, headline="后来说法")
    assert not found("后来")
    publish(change, people)
    assert found("后来")
    assert not found("先前")


def test_tags_alone_change_what_is_found(people: People) -> None:
    revision = revision_in(State.PUBLISHED, people, tag_names=["旧签"])
    publish_change(revision, people, tag_names=["新签"])
    assert found("新签")
    assert not found("旧签")
    assert not index.difference()


def test_what_is_taken_down_is_gone_at_once_and_back_when_restored(people: People) -> None:
    revision = revision_in(State.PUBLISHED, people, headline="独特说法")
    actions.perform(revision, "take_down", people.publisher, "错了")
    assert not found("独特")
    actions.perform(revision, "restore", people.publisher, "对的")
    assert found("独特")


def test_a_publish_that_is_rolled_back_leaves_search_as_it_was(people: People) -> None:
    revision = revision_in(State.PUBLISHED, people, headline="先前说法")
    with transaction.atomic():
        publish_change(revision, people, headline="后来说法")
        assert found("后来")
        transaction.set_rollback(True)
    assert found("先前")
    assert not found("后来")
    assert not index.difference()


def test_an_import_is_found_and_the_next_one_replaces_it(people: People, tmp_path) -> None:
    path = tmp_path / "README.md"
    for headline in ("先前说法", "后来说法"):
        path.write_text(f"# 一\n\n**1、[{headline}](https://x.org/1)**\n\n摘要\n", encoding="utf-8")
        call_command("import_readme", str(path), publish=True, by=people.publisher.username)
    assert found("后来")
    assert not found("先前")
    assert not index.difference()
