"""Every address that readers or editors see is a link, once, with all its places."""

import pytest
from django.utils import timezone

from digest.models import Article
from editorial import actions
from editorial.links.gathering import addresses_in, gather
from editorial.models import Link, Mention
from editorial.transitions import State
from tests.editorial.factories import People, revision_in
from tests.factories import PassageFactory


def urls() -> set[str]:
    return set(Link.objects.values_list("url", flat=True))


def test_the_addresses_of_an_entry() -> None:
    links = [["paper", "https://arxiv.org/abs/1"], ["code", "file:///C:/x"], ["a", "#top"]]
    text = (
        "See [this](https://a.org/(x)), <https://b.org>, https://c.org/页。And ![p](assets/x.png)"
    )
    assert addresses_in("https://post.org", links, text) == {
        "https://post.org", "https://arxiv.org/abs/1", "https://a.org/(x)", "https://b.org",
        "https://c.org/页",
    }  # fmt: skip
    assert addresses_in("http://[broken", [["x", "https://"]], "javascript:alert(1)") == set()


def test_links_and_places_follow_what_there_is(people: People) -> None:
    live = revision_in(State.PUBLISHED, people, url="https://p.org/1", links=[])
    draft = revision_in(State.DRAFT, people, url="https://p.org/2", links=[])
    revision_in(State.WITHDRAWN, people, url="https://gone.org", links=[])
    PassageFactory.create(source="More at [p](https://p.org/1).")
    assert gather(timezone.now()) == 2
    assert urls() == {"https://p.org/1", "https://p.org/2"}
    assert Mention.objects.filter(link__url="https://p.org/1").count() == 2
    Link.objects.update(state="ok")
    mentions = set(Mention.objects.values_list("pk", flat=True))
    gather(timezone.now())
    assert set(Mention.objects.values_list("pk", flat=True)) == mentions, "nothing is written"
    actions.perform(draft, "withdraw", people.author)
    actions.perform(live, "take_down", people.publisher, "why")
    assert gather(timezone.now()) == 1
    assert Link.objects.get().state == "ok", "it keeps what is known of it"
    assert not Article.objects.published().exists()


@pytest.mark.django_db
def test_addresses_longer_than_an_index_takes_are_told_apart(people: People) -> None:
    long = "https://p.org/" + "x" * 5_000
    revision_in(State.DRAFT, people, url=f"{long}1", links=[["a", f"{long}2"]])
    assert gather(timezone.now()) == 2
    assert gather(timezone.now()) == 2
