"""Papers get what arXiv and Crossref say of them, once, politely, and never over people's words."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from pytest_django import Settings

from digest.models import Article, Paper, Readme
from digest.search import index
from digest.search.hits import Hits
from digest.search.query import read
from editorial import actions
from editorial.models import Lookup
from editorial.transitions import State
from editorial.works import fetching
from editorial.works.fetching import Manners, Report
from tests.editorial.factories import People, revision_in
from tests.works.registries import ATOM, JSON, Registries, preprint

pytestmark = pytest.mark.django_db
AT_ONCE = Manners(arxiv=0, crossref=0, patience=2)
ONE_BY_ONE = Manners(arxiv=0, crossref=0, patience=2, batch=1)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>'
)
QLORA = preprint(
    "QLoRA: Efficient Finetuning\n  of Quantized LLMs",
    ["Tim Dettmers", "Artidoro Pagnoni", "OpenAI"],
    comment="Extended NeurIPS submission",
)
ACL: dict[str, Any] = {
    "DOI": "10.18653/v1/2023.acl-long.1",
    "type": "proceedings-article",
    "title": ["One &amp; the <i>Same</i>"],
    "subtitle": [],
    "container-title": ["Proceedings of the 61st Annual Meeting of the ACL"],
    "author": [
        {"given": "Yang", "family": "Liu", "sequence": "first", "affiliation": []},
        {"given": "Ann", "family": "van Dyk", "suffix": "Jr.", "sequence": "additional"},
        {"name": "Google, Inc.", "sequence": "additional"},
    ],
    "published": {"date-parts": [[2023, 7]]},
    "issued": {"date-parts": [[2023]]},
}


def live(people: People, address: str, title: str) -> Paper:
    revision = revision_in(State.PUBLISHED, people, title=title, links=[["paper", address]])
    return Paper.objects.get(articles=revision.article)


def arxiv(people: People, number: str, title: str = "QLORA: Efficient Finetuning") -> Paper:
    return live(people, f"https://arxiv.org/abs/{number}", title)


def doi(people: People, title: str = "One & the Same") -> Paper:
    return live(people, f"https://doi.org/{ACL['DOI']}", title)


def fetch(people: People, *, older_than: int = 90, **options: Any) -> Report:
    papers = fetching.due(
        timezone.now(),
        older_than=timedelta(days=older_than),
        complete=options.get("overwrite", False),
    )
    options.setdefault("manners", AT_ONCE)
    return fetching.run(people.publisher, papers, timezone.now(), **options)


def facts(paper: Paper) -> tuple[str, str, str, str]:
    paper.refresh_from_db()
    return paper.authors, paper.published_on, paper.venue, paper.venue_kind


# --- What is found -------------------------------------------------------------------------------


def test_arxiv_tells_authors_and_date(people: People, registries: Registries) -> None:
    paper = arxiv(people, "2305.14314")
    registries.preprints["2305.14314"] = QLORA
    [told] = fetch(people).told
    assert facts(paper) == ("Dettmers, Tim\nPagnoni, Artidoro\nOpenAI", "2023-05-23", "", "")
    assert told.filled == ("authors", "published_on")
    assert Hits(Article.objects.published(), read("Pagnoni")).keys
    assert not index.difference()
    assert LogEntry.objects.get().user == people.publisher


def test_crossref_tells_where_it_appeared(people: People, registries: Registries) -> None:
    paper = doi(people)
    registries.works[ACL["DOI"]] = ACL
    fetch(people)
    assert facts(paper) == (
        "Liu, Yang\nvan Dyk Jr., Ann\n{Google, Inc.}",
        "2023-07",
        "Proceedings of the 61st Annual Meeting of the ACL",
        "conference",
    )


def test_a_preprint_that_was_published_has_what_its_publisher_says(
    people: People, registries: Registries
) -> None:
    paper = arxiv(people, "2305.00001", "One & the Same")
    registries.preprints["2305.00001"] = preprint(
        "One & the Same", ["Yang Liu"], journal_ref="ACL 2023, pp. 1-2", doi=ACL["DOI"]
    )
    registries.works[ACL["DOI"]] = ACL
    fetch(people)
    assert facts(paper)[1:] == ("2023-07", ACL["container-title"][0], "conference")


@pytest.mark.parametrize("known", [True, False])
def test_without_its_publisher_a_preprint_has_its_own_reference(
    known: bool, people: People, registries: Registries
) -> None:
    paper = arxiv(people, "2305.00001", "One & the Same")
    registries.preprints["2305.00001"] = preprint(
        "One & the Same", ["Yang Liu"], journal_ref="ACL 2023, pp. 1-2", doi=ACL["DOI"]
    )
    if known:  # and it is another work's
        registries.works[ACL["DOI"]] = ACL | {"title": ["Completely different things"]}
    fetch(people)
    assert facts(paper) == ("Liu, Yang", "2023-05-23", "ACL 2023, pp. 1-2", "")


def test_old_numbers_are_asked_for_without_their_subject(
    people: People, registries: Registries
) -> None:
    paper = arxiv(people, "math.GT/0309136", "Knots")
    registries.preprints["math/0309136"] = preprint("Knots", ["Ann Lee"], "2003-09-08")
    fetch(people)
    assert facts(paper)[:2] == ("Lee, Ann", "2003-09-08")


def test_another_title_is_not_believed(people: People, registries: Registries) -> None:
    paper = arxiv(people, "2305.14314", "Multitask Pre-training of Modular Prompt")
    registries.preprints["2305.14314"] = QLORA
    [told] = fetch(people).told
    assert facts(paper) == ("", "", "", "")
    assert (told.outcome, told.note) == (
        "other",
        "QLoRA: Efficient Finetuning of Quantized LLMs",
    )


def test_what_was_withdrawn_is_told(people: People, registries: Registries) -> None:
    paper = arxiv(people, "2305.14314")
    registries.preprints["2305.14314"] = preprint(
        "QLoRA", ["Tim Dettmers"], comment="This paper has been withdrawn by the author"
    )
    [told] = fetch(people).told
    assert told.outcome == "withdrawn"
    assert facts(paper)[0] == "Dettmers, Tim"


def test_what_is_not_known_is_told_and_asked_for_once(
    people: People, registries: Registries
) -> None:
    arxiv(people, "2305.99999")
    doi(people)
    assert {told.outcome for told in fetch(people).told} == {"missing"}
    assert fetch(people).told == []


def test_a_number_that_arxiv_cannot_read_is_found_by_halves(
    people: People, registries: Registries
) -> None:
    numbers = [f"2305.{number:05}" for number in range(1, 8)]
    papers = [arxiv(people, number) for number in numbers]
    registries.preprints |= dict.fromkeys(numbers, QLORA)
    registries.unreadable = {numbers[2]}
    report = fetch(people)
    assert [facts(paper)[0] != "" for paper in papers] == [True, True, False] + [True] * 4
    assert sum(told.outcome == "missing" for told in report.told) == 1


# --- What people wrote ---------------------------------------------------------------------------


def test_only_what_is_empty_is_filled(people: People, registries: Registries) -> None:
    paper = arxiv(people, "2305.14314")
    registries.preprints["2305.14314"] = QLORA
    actions.describe(people.publisher, paper, paper.version, authors="Dettmers, T.")
    [told] = fetch(people).told
    assert facts(paper)[:2] == ("Dettmers, T.", "2023-05-23")
    assert (told.filled, told.kept) == (("published_on",), ("authors",))


def test_what_was_fetched_is_renewed_only_if_asked_and_what_was_written_never(
    people: People, registries: Registries
) -> None:
    paper = doi(people)
    registries.works[ACL["DOI"]] = ACL
    fetch(people)
    paper.refresh_from_db()
    actions.describe(people.publisher, paper, paper.version, authors="Liu, Y.")
    registries.works[ACL["DOI"]] = ACL | {
        "container-title": ["ACL"],
        "type": "book-chapter",
        "published": {"date-parts": [[2024]]},
    }
    fetch(people, older_than=0)
    assert facts(paper)[1:3] == ("2023-07", ACL["container-title"][0])
    [told] = fetch(people, older_than=0, overwrite=True).told
    assert facts(paper) == ("Liu, Y.", "2024", "ACL", "")
    assert told.kept == ("authors",)


def test_a_venue_that_somebody_wrote_gets_no_kind_of_another(
    people: People, registries: Registries
) -> None:
    paper = doi(people)
    registries.works[ACL["DOI"]] = ACL
    actions.describe(people.publisher, paper, paper.version, venue="Somewhere else")
    fetch(people)
    assert facts(paper)[2:] == ("Somewhere else", "")


def test_nothing_new_changes_nothing(people: People, registries: Registries) -> None:
    arxiv(people, "2305.14314")
    registries.preprints["2305.14314"] = QLORA
    fetch(people)
    version = Readme.objects.get().version
    [told] = fetch(people, older_than=0).told
    assert told.filled == ()
    assert Readme.objects.get().version == version


def test_only_who_may_publish_may_fetch(people: People, registries: Registries) -> None:
    arxiv(people, "2305.14314")
    with pytest.raises(actions.NoRight):
        fetching.run(people.reviewer, fetching.due(timezone.now()), timezone.now())
    assert registries.asked == []


# --- Politeness and faults -----------------------------------------------------------------------


def test_many_are_asked_about_in_one_request_and_requests_keep_their_distance(
    people: People, registries: Registries
) -> None:
    for number in range(1, 6):
        arxiv(people, f"2305.{number:05}")
    fetch(people, manners=Manners(arxiv=0.3, batch=2))
    moments = [moment for moment, _ in registries.asked]
    assert len(moments) == 3
    assert all(later - before >= 0.3 for before, later in pairwise(moments))
    assert "max_results=2" in registries.asked[0][1]


def test_crossref_is_told_who_asks(
    people: People, registries: Registries, settings: Settings
) -> None:
    settings.CONTACT_MAIL = "desk@example.org"
    doi(people)
    fetch(people)
    assert registries.asked_for("/works/") == [
        "/works/10.18653%2Fv1%2F2023.acl-long.1?mailto=desk%40example.org"
    ]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (429, "Rate exceeded.", {"Retry_After": "1"}),
        (200, "Rate exceeded.", {}),
        (500, "", {}),
        (503, "", {"Retry_After": "0"}),
    ],
)
def test_a_fault_that_passes_is_waited_for(
    status: int, body: str, headers: dict[str, str], people: People, registries: Registries
) -> None:
    paper = arxiv(people, "2305.14314")
    registries.preprints["2305.14314"] = QLORA
    registries.fail(status, body, **headers)
    report = fetch(people)
    assert facts(paper)[0]
    assert (report.later, report.troubles) == (0, [])
    first, second = (moment for moment, _ in registries.asked)
    assert second - first >= int(headers.get("Retry_After", 0))


def test_a_registry_that_asks_for_a_long_wait_is_left_alone_and_its_papers_wait(
    people: People, registries: Registries
) -> None:
    waiting = [arxiv(people, f"2305.{number:05}") for number in (1, 2, 3)]
    other = doi(people)
    registries.works[ACL["DOI"]] = ACL
    registries.fail(429, "Rate exceeded.", Retry_After="86400")
    report = fetch(people, manners=ONE_BY_ONE)
    assert len(registries.asked_for("/api/")) == 1
    assert report.later == 3
    [trouble] = report.troubles
    assert trouble.startswith("arXiv: ")
    assert facts(other)[0]
    assert not Lookup.objects.filter(paper__in=waiting).exists()
    registries.preprints |= {f"2305.{number:05}": QLORA for number in (1, 2, 3)}
    assert len(fetch(people).told) == 3  # the next run goes on with them


@pytest.mark.parametrize("body", ["<feed", "<html><body>maintenance</body></html>", BOMB])
def test_what_is_no_feed_is_told_and_the_next_batch_is_asked_for(
    body: str, people: People, registries: Registries
) -> None:
    papers = [arxiv(people, f"2305.{number:05}") for number in (1, 2, 3, 4)]
    registries.preprints |= {f"2305.{number:05}": QLORA for number in (1, 2, 3, 4)}
    registries.fail(200, body, ATOM)
    report = fetch(people, manners=ONE_BY_ONE)
    assert [facts(paper)[0] != "" for paper in papers] == [False, True, True, True]
    assert (report.later, len(report.troubles)) == (1, 1)


def test_three_failures_in_a_row_are_enough(people: People, registries: Registries) -> None:
    for number in (1, 2, 3, 4):
        arxiv(people, f"2305.{number:05}")
        registries.fail(200, "<feed", ATOM)
    report = fetch(people, manners=ONE_BY_ONE)
    assert len(registries.asked) == 3
    assert (report.later, len(report.troubles)) == (4, 3)


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '{"message": null}', '{"message": {"author": [3]}}', '{"message": {"title": 5}}'],
)
def test_an_answer_of_crossref_that_is_none_is_told(
    body: str, people: People, registries: Registries
) -> None:
    paper = doi(people)
    registries.fail(200, body, JSON)
    report = fetch(people)
    assert (report.later, len(report.troubles)) == (1, 1)
    assert facts(paper) == ("", "", "", "")


@pytest.mark.parametrize("parts", [[[None]], [[2023, 13]], [[]], [[99999]]])
def test_a_date_that_is_none_is_left_out(
    parts: list[Any], people: People, registries: Registries
) -> None:
    paper = doi(people)
    dates = {"published": {"date-parts": parts}, "issued": {"date-parts": [[2023]]}}
    registries.works[ACL["DOI"]] = ACL | dates
    fetch(people)
    assert facts(paper)[1] == "2023"


def test_a_run_that_was_ended_goes_on_where_it_was(people: People, registries: Registries) -> None:
    numbers = [f"2305.{number:05}" for number in range(1, 5)]
    for number in numbers:
        arxiv(people, number)
        registries.preprints[number] = QLORA

    def end(done: int, of: int) -> None:
        assert (done, of) == (2, 4)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(people, manners=Manners(arxiv=0, batch=2), progress=end)
    assert Paper.objects.exclude(authors="").count() == 2
    assert len(fetch(people).told) == 2
    assert Paper.objects.filter(authors="").count() == 0


def test_a_private_network_is_not_asked(
    people: People, registries: Registries, settings: Settings
) -> None:
    arxiv(people, "2305.14314")
    settings.OUTGOING_ALLOW = []
    report = fetch(people)
    assert registries.asked == []
    assert (report.later, len(report.troubles)) == (1, 1)
