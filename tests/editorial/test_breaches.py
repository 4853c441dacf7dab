"""What live entries break is counted at the desk, in step with each publish or by a command."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digest.models import Article
from editorial import actions
from editorial.incoming import import_readme
from editorial.live import breaches
from editorial.models import Breach, Examination, Revision
from editorial.transitions import State
from tests.editorial.factories import EVERYBODY, People, category, publish_change, revision_in
from tests.editorial.test_admin_form import shown
from tests.editorial.test_flaws import BOLD
from tests.transfer.conftest import SEED, run

ARTICLES = "admin:digest_article_changelist"
__all__ = ["run"]


@pytest.fixture
def live(people: People) -> Revision:
    """A live entry that breaks two rules, one of which can be mended."""
    return revision_in(State.PUBLISHED, people, summary=BOLD, title="")


def codes() -> set[str]:
    return set(Breach.objects.values_list("code", flat=True))


def test_a_publish_is_looked_at_at_once(people: People, live: Revision) -> None:
    assert codes() == {"bold-literal", "title-missing"}
    changed = publish_change(live, people, summary="好。", title="T")
    assert codes() == set()
    assert Examination.objects.get().revision == changed.pk


def test_what_is_taken_down_breaks_nothing(people: People, live: Revision) -> None:
    actions.perform(live, "take_down", people.publisher, "why")
    assert not Breach.objects.exists()
    actions.perform(live, "restore", people.publisher, "again")
    assert list(breaches.unexamined()) == [Article.objects.get()]


def test_an_import_is_looked_at_by_the_command(people: People, run) -> None:
    import_readme(SEED.read_bytes().decode() + more_entries(), people.publisher, publish=True)
    assert breaches.unexamined().count() == Article.objects.count() > breaches.AT_ONCE
    assert f"{Article.objects.count()} entries looked at" in run("check_entries")
    assert {"bold-literal", "link-unsafe", "link-code", "paper-repeated"} <= codes()
    assert "0 entries looked at" in run("check_entries")
    before = set(Breach.objects.values_list("article", "code"))
    assert f"{Article.objects.count()} entries looked at" in run("check_entries", "--all")
    assert set(Breach.objects.values_list("article", "code")) == before


def more_entries() -> str:
    return "\n\n## 九、更多\n\n" + "\n\n".join(
        f"**{number}、[标题{number}](https://p.org/{number})**\n\n**Same Title**\n\n好。"
        for number in range(1, 12)
    )


def test_of_two_entries_about_a_paper_the_later_one_repeats_it(people: People, run) -> None:
    here, there = category(), category()
    for section in (here, here, there):
        revision_in(State.PUBLISHED, people, category=section, title="One Paper", links=[])
    run("check_entries")
    found = Breach.objects.filter(code__startswith="paper-").order_by("article")
    assert list(found.values_list("code", flat=True)) == ["paper-repeated", "paper-elsewhere"]


def test_the_home_counts_and_leads_to_the_rows(
    client: Client, people: People, live: Revision
) -> None:
    client.force_login(people.author)
    page = shown(client.get("/en/admin/"))
    address = f"{reverse(ARTICLES)}?breaks=bold-literal"
    assert "GitHub shows the ** of bold" in page
    assert "breaks=bold-literal" in page
    rows = shown(client.get(address))
    assert live.headline in rows
    assert live.headline not in shown(client.get(f"{reverse(ARTICLES)}?breaks=summary-long"))


def test_a_click_makes_a_draft_with_all_that_can_be_mended(
    client: Client, people: People, live: Revision
) -> None:
    client.force_login(people.author)
    page = reverse("admin:digest_article_change", args=[live.article_id])
    assert "bold-literal" in shown(client.get(page))
    answer = client.post(reverse("admin:digest_article_mend", args=[live.article_id]))
    draft = Revision.objects.get(state=State.DRAFT)
    assert answer.headers["Location"].endswith(f"/{draft.pk}/change/")
    assert draft.summary == "它「**只需要**」单个GPU。"
    assert Article.objects.get().summary == BOLD


def test_the_list_mends_what_is_ticked(client: Client, people: People, live: Revision) -> None:
    client.force_login(people.author)
    data = {"action": "mend", ACTION_CHECKBOX_NAME: [live.article_id]}
    client.post(reverse(ARTICLES), data)
    assert Revision.objects.filter(state=State.DRAFT).count() == 1
    again = shown(client.post(reverse(ARTICLES), data, follow=True))
    assert "author" in again, "says whose draft is in the way"
    assert Revision.objects.filter(state=State.DRAFT).count() == 1


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_who_may_propose_may_mend(
    client: Client, people: People, live: Revision, name: str
) -> None:
    client.force_login(getattr(people, name))
    client.post(reverse("admin:digest_article_mend", args=[live.article_id]))
    assert Revision.objects.filter(state=State.DRAFT).exists() is (name != "bystander")


def test_looking_at_one_publish_costs_the_same_in_any_list(
    people: People, live: Revision, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        breaches.follow([Article.objects.get()])
