"""What is counted for readers once and kept is counted anew with every publish."""

import re

import pytest
from django.test import Client

from digest.models import Category, Passage
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


def test_pages_follow_sections_and_the_text_between(client: Client, people: People) -> None:
    desk = Client()
    desk.force_login(people.publisher)

    def home() -> str:
        return client.get("/").content.decode()

    assert "大模型评估" not in home()
    section = {"title": "大模型评估", "slug": "", "position": "", "depth": "2"}
    desk.post("/admin/digest/category/add/", section)
    assert "大模型评估" in home()
    made = Category.objects.get()
    passage = {"category": made.pk, "position": "", "source": "夹在中间的话。"}
    desk.post("/admin/digest/passage/add/", passage)
    assert "夹在中间的话" in home()
    address = f"/admin/digest/passage/{Passage.objects.get().pk}"
    desk.post(f"{address}/change/", {**passage, "position": "1", "source": "换了一句。"})
    assert "换了一句" in home()
    desk.post(f"{address}/delete/", {"post": "yes"})
    assert "换了一句" not in home()
    renamed = {**section, "title": "评估", "slug": made.slug, "position": "1"}
    desk.post(f"/admin/digest/category/{made.pk}/change/", renamed)
    assert "大模型评估" not in home()
    desk.post(f"/admin/digest/category/{made.pk}/delete/", {"post": "yes"})
    assert "评估" not in home()
