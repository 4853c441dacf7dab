"""``fetch_papers`` as a person or cron calls it."""

import pytest

from digest.models import Paper
from tests.editorial.factories import People
from tests.transfer.conftest import Run
from tests.works.registries import Registries
from tests.works.test_fetching import ACL, QLORA, arxiv, doi

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _list(people: People, registries: Registries) -> None:
    arxiv(people, "2305.14314")
    doi(people, "Else")
    registries.preprints["2305.14314"] = QLORA
    registries.works[ACL["DOI"]] = ACL
    assert people.publisher


def test_it_says_what_it_filled_and_what_somebody_should_look_at(run: Run) -> None:
    assert run("fetch_papers", "--by", "publisher").splitlines() == [
        "filled     arxiv:2305.14314 QLORA: Efficient Finetuning: authors, appeared",
        "other      doi:10.18653/v1/2023.acl-long.1 Else: there it is “One & the Same”",
        "2 papers asked about, 1 filled, 1 with another title there",
    ]
    assert run("fetch_papers", "--by", "publisher") == "0 papers asked about\n"


def test_a_dry_run_says_what_is_due_and_asks_nobody(run: Run, registries: Registries) -> None:
    assert run("fetch_papers", "--dry-run").splitlines() == [
        "arxiv:2305.14314 QLORA: Efficient Finetuning",
        "doi:10.18653/v1/2023.acl-long.1 Else",
    ]
    assert registries.asked == []
    assert not Paper.objects.exclude(authors="").exists()


def test_a_limit_leaves_the_rest_for_later(run: Run) -> None:
    assert "1 papers asked about" in run("fetch_papers", "--by", "publisher", "--limit", "1")
    assert len(run("fetch_papers", "--dry-run").splitlines()) == 1


def test_it_fails_where_a_registry_does(run: Run, registries: Registries) -> None:
    registries.fail(429, "Rate exceeded.", Retry_After="86400")
    told = run("fetch_papers", "--by", "publisher")
    assert "1 papers asked about, 1 with another title there, 1 left for later" in told
    assert "CommandError: arXiv: " in told
    assert "HTTP 429" in told


@pytest.mark.parametrize(
    ("by", "why"), [([], "--by USER"), (["--by", "nobody"], "nobody"), (["--by", "author"], "role")]
)
def test_it_is_refused_to_who_may_not(
    by: list[str], why: str, run: Run, registries: Registries, people: People
) -> None:
    assert people.author
    assert why in run("fetch_papers", *by)
    assert registries.asked == []
