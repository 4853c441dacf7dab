"""What is counted for readers once and kept is counted anew with every publish."""

import re

import pytest
from django.test import Client

from editorial import actions
from editorial.transitions import State
from tests.editorial.factories import People, RevisionFactory, publish, publish_change, revision_in

pytestmark = pytest.mark.django_db
CODE = [["code", "https://github.com/a/b"]]


def seen(client: Client) -> tuple[int, ...]:
    """What each page says of the number of entries, and the filters of those with code."""
    home, archive, figures, filters = (
        client.get(f"/en{path}").content.decode()
        for path in ("/", "/archive/", "/figures/", "/articles/")
    )
    months = re.findall(r'/archive/\d{4}/\d\d/">\w+ <span class="count">(\d+)', archive)
    code = re.search(r'">Code</span> <span class="count">(\d+)', filters)
    (number,) = re.findall(r"<p>(One|\d+) entr", filters)
    return (
        home.count('<article class="entry"'),
        sum(map(int, months)),
        figures.count("<rect") > 0,
        1 if number == "One" else int(number),
        int(code[1]) if code else 0,
    )


def test_pages_follow_every_publish_at_once(client: Client, people: People) -> None:
    first = revision_in(State.PUBLISHED, people, links=CODE, tag_names=["LLM"])
    assert seen(client) == (1, 1, True, 1, 1)
    second = publish(RevisionFactory.create(author=people.author, links=CODE), people)
    assert seen(client) == (2, 2, True, 2, 2)
    publish_change(second, people, links=[["paper", "https://arxiv.org/abs/2305.00001"]])
    assert seen(client) == (2, 2, True, 2, 1)
    actions.perform(first, "take_down", people.publisher, "错了")
    assert seen(client) == (1, 1, True, 1, 0)
    actions.perform(first, "restore", people.publisher, "对的")
    assert seen(client) == (2, 2, True, 2, 1)
