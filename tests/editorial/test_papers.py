"""A publisher says what a paper is: readers see and find it at once, the file stays as it is."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digest.exporting import readme
from digest.models import Article, Paper, Readme
from digest.search import index
from digest.search.hits import Hits
from digest.search.query import read
from editorial import actions
from editorial.models import Lookup, Revision
from editorial.transitions import State
from tests.editorial.factories import EVERYBODY, People, publish, publish_change, revision_in
from tests.editorial.test_admin_form import shown

pytestmark = pytest.mark.django_db
FACTS = {
    "authors": "Dettmers, Tim\nOpenAI",
    "published_on": "2023-12",
    "venue": "NeurIPS",
    "venue_kind": "conference",
}


@pytest.fixture
def live(people: People) -> Revision:
    return revision_in(State.PUBLISHED, people)


def paper_of(revision: Revision) -> Paper:
    return Paper.objects.get(articles=revision.article)


def venues() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("venue", flat=True))


def found(text: str) -> bool:
    return bool(Hits(Article.objects.published(), read(text)))


def address(paper: Paper) -> str:
    return reverse("admin:digest_paper_change", args=[paper.pk])


def post(client: Client, paper: Paper, **changes: Any) -> Any:
    return client.post(address(paper), {**FACTS, "seen": paper.version, **changes}, follow=True)


# --- The action ----------------------------------------------------------------------------------


def test_readers_see_and_find_it_at_once(people: People, live: Revision, client: Client) -> None:
    paper = paper_of(live)
    assert live.article
    page = live.article.get_absolute_url()
    assert "Tim Dettmers" not in shown(client.get(page))
    assert not found("dettmers")
    version = Readme.objects.get().version
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    assert Readme.objects.get().version == version + 1
    for url in (page, paper.get_absolute_url()):
        html = shown(client.get(url))
        assert "Tim Dettmers, OpenAI" in html
        assert "NeurIPS" in html
        assert "2023年12月" in html
    assert found("dettmers")
    assert found('"tim dettmers"')
    assert found("neurips")
    assert venues() == ["NeurIPS"]
    assert not index.difference()


def test_it_is_logged_and_the_same_again_changes_nothing(people: People, live: Revision) -> None:
    paper = paper_of(live)
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (people.publisher, str(paper.pk))
    version, before = Readme.objects.get().version, paper.version
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    assert (paper.version, Readme.objects.get().version) == (before, version)
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_who_may_publish_may_say_it(name: str, people: People, live: Revision) -> None:
    paper, person = paper_of(live), getattr(people, name)
    if name in {"publisher", "superuser"}:
        actions.describe(person, paper, paper.version, **FACTS)
        return
    with pytest.raises(actions.NoRight):
        actions.describe(person, paper, paper.version, **FACTS)
    assert paper_of(live).authors == ""


def test_what_somebody_changed_meanwhile_is_not_overwritten(people: People, live: Revision) -> None:
    mine, theirs = paper_of(live), paper_of(live)
    actions.describe(people.superuser, theirs, theirs.version, venue="ACL")
    with pytest.raises(actions.Stale):
        actions.describe(people.publisher, mine, mine.version, **FACTS)
    assert paper_of(live).venue == "ACL"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("published_on", "2023-13"),
        ("published_on", "last year"),
        ("venue", "x" * 301),
        ("venue_kind", "blog"),
        ("authors", "a\0b"),
    ],
)
def test_what_cannot_be_is_refused(field: str, value: str, people: People, live: Revision) -> None:
    paper = paper_of(live)
    with pytest.raises(actions.Invalid):
        actions.describe(people.publisher, paper, paper.version, **{field: value})
    assert getattr(paper_of(live), field) == ""


def test_the_file_does_not_know_it(people: People, live: Revision) -> None:
    before, paper = readme(), paper_of(live)
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    assert readme() == before


# --- While articles change -----------------------------------------------------------------------


def test_it_stays_when_an_article_is_retitled(people: People, live: Revision) -> None:
    paper = paper_of(live)
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    publish_change(live, people, title="Another Title")
    kept = paper_of(live)
    assert (kept.pk, kept.title, kept.authors) == (paper.pk, "Another Title", FACTS["authors"])
    assert not index.difference()


def test_what_was_looked_up_goes_with_a_wrong_identity(people: People, live: Revision) -> None:
    paper = paper_of(live)
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    said = {**FACTS, "venue": "arXiv says so", "venue_kind": ""}
    Lookup.objects.create(
        paper=paper, identity=paper.identity, outcome="found", said=said, asked_at=timezone.now()
    )
    publish_change(live, people, links=[["paper", "https://arxiv.org/abs/1706.03762"]])
    corrected = paper_of(live)
    assert (corrected.pk, corrected.identity) == (paper.pk, "arxiv:1706.03762")
    # What somebody wrote is about the work that they meant.
    assert (corrected.authors, corrected.published_on) == ("", "")
    assert (corrected.venue, corrected.venue_kind) == ("NeurIPS", "conference")
    assert venues() == ["NeurIPS"]


def test_the_venue_of_a_wrong_identity_goes_from_its_article(
    people: People, live: Revision
) -> None:
    paper = paper_of(live)
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    Lookup.objects.create(
        paper=paper, identity=paper.identity, outcome="found", said=FACTS, asked_at=timezone.now()
    )
    publish_change(live, people, links=[["paper", "https://arxiv.org/abs/1706.03762"]])
    assert (paper_of(live).venue, venues()) == ("", [""])


def test_the_same_work_by_another_mark_takes_it_over(people: People, live: Revision) -> None:
    title, links = live.title, live.links
    other = revision_in(State.PUBLISHED, people, title=title, links=[], category=live.category)
    by_title = paper_of(other)
    assert by_title != paper_of(live)
    actions.describe(people.publisher, by_title, by_title.version, **FACTS)
    publish_change(other, people, links=links)
    assert paper_of(other) == paper_of(live)
    assert paper_of(live).authors == FACTS["authors"]
    assert venues() == ["NeurIPS", "NeurIPS"]
    assert not index.difference()


def test_a_venue_keeps_its_own_kind_when_another_mark_s_paper_goes(
    people: People, live: Revision
) -> None:
    title, links, mine = live.title, live.links, paper_of(live)
    actions.describe(people.publisher, mine, mine.version, venue="arXiv preprint server")
    other = revision_in(State.PUBLISHED, people, title=title, links=[], category=live.category)
    by_title = paper_of(other)
    actions.describe(people.publisher, by_title, by_title.version, **FACTS)
    publish_change(other, people, links=links)
    kept = paper_of(live)
    assert (kept.authors, kept.venue, kept.venue_kind) == (
        FACTS["authors"], "arXiv preprint server", "",
    )  # fmt: skip


def test_another_work_takes_nothing_over(people: People, live: Revision) -> None:
    links = live.links
    other = revision_in(State.PUBLISHED, people, title="Else", links=[], category=live.category)
    by_title = paper_of(other)
    actions.describe(people.publisher, by_title, by_title.version, **FACTS)
    publish_change(other, people, links=links)
    assert paper_of(other).authors == ""
    assert venues() == ["", ""]


def test_a_new_article_about_it_is_found_by_its_authors(people: People, live: Revision) -> None:
    paper = paper_of(live)
    actions.describe(people.publisher, paper, paper.version, **FACTS)
    second = revision_in(State.DRAFT, people, title=live.title, links=live.links)
    publish(second, people)
    assert venues() == ["NeurIPS", "NeurIPS"]
    assert len(Hits(Article.objects.published(), read("dettmers"))) == 2


# --- The form ------------------------------------------------------------------------------------


def test_a_publisher_writes_it_in_the_admin(people: People, live: Revision, client: Client) -> None:
    client.force_login(people.publisher)
    paper = paper_of(live)
    assert paper.title in shown(client.get(address(paper)))
    written = " Dettmers,  Tim \r\n\r\nOpenAI"
    assert post(client, paper, authors=written).redirect_chain
    paper.refresh_from_db()
    assert {name: getattr(paper, name) for name in FACTS} == FACTS
    assert LogEntry.objects.count() == 1
    history = client.get(reverse("admin:digest_paper_history", args=[paper.pk]))
    assert "已修改" in shown(history)
    assert "作者" in shown(history)


def test_a_wrong_date_comes_back_beside_its_field(
    people: People, live: Revision, client: Client
) -> None:
    client.force_login(people.publisher)
    answer = post(client, paper_of(live), published_on="2023-13", venue="ACL 2023")
    html = shown(answer)
    assert "2023-05-23" in html
    assert 'value="ACL 2023"' in html
    assert answer.context["errors"]
    assert paper_of(live).venue == ""


def test_a_stale_form_comes_back_with_both_versions_and_then_wins(
    people: People, live: Revision, client: Client
) -> None:
    client.force_login(people.publisher)
    read_by_me, paper = paper_of(live), paper_of(live)
    actions.describe(people.superuser, paper, paper.version, venue="ACL", published_on="2023-12")
    answer = post(client, read_by_me)
    html = shown(answer)
    assert 'value="NeurIPS"' in html
    assert "现在是：ACL" in html
    assert "Dettmers, Tim" in html
    assert f'name="seen" value="{paper.version}"' in html
    assert paper_of(live).venue == "ACL"
    post(client, read_by_me, seen=paper.version)
    assert paper_of(live).venue == "NeurIPS"


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_forged_post_of_who_may_not_changes_nothing(
    name: str, people: People, live: Revision, client: Client
) -> None:
    client.force_login(getattr(people, name))
    answer = post(client, paper_of(live))
    may = name in {"publisher", "superuser"}
    assert (answer.status_code == 200) is may
    assert (paper_of(live).authors != "") is may


def test_the_list_says_what_is_lacking(people: People, live: Revision, client: Client) -> None:
    client.force_login(people.publisher)
    full = paper_of(live)
    lacking = paper_of(revision_in(State.PUBLISHED, people, category=live.category))
    actions.describe(people.publisher, full, full.version, **FACTS)
    changelist = reverse("admin:digest_paper_changelist")
    html = shown(client.get(changelist, {"lacks": "authors"}))
    assert lacking.title in html
    assert full.title not in html
    html = shown(client.get(changelist, {"q": "Dettmers"}))
    assert full.title in html
    assert lacking.title not in html
    assert lacking.title in shown(client.get(changelist, {"looked_up": "never"}))


def test_who_may_only_read_sees_no_fields_to_fill(
    people: People, live: Revision, client: Client
) -> None:
    client.force_login(people.author)
    html = shown(client.get(address(paper_of(live))))
    assert paper_of(live).title in html
    assert "<textarea" not in html
