"""A publisher says what a paper is, and readers go on from it: in a browser, by hand and by key."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from digest.models import Paper
from editorial import actions
from editorial.transitions import State
from tests.browser.audit import violations
from tests.browser.desk import DEVICES, sign_in, too_wide
from tests.editorial.factories import People, revision_in

pytestmark = pytest.mark.any_database("what scripts and keys make of a form")

AUTHORS = "\n".join(["Dettmers, Tim", *(f"Family{number}, Given" for number in range(2, 12))])


@pytest.fixture
def paper(people: People) -> Paper:
    revision_in(State.PUBLISHED, people, headline="没有作者", title="Without Authors", links=[])
    revision = revision_in(State.PUBLISHED, people)
    return Paper.objects.get(articles=revision.article)


def test_a_publisher_finds_what_is_lacking_and_writes_it(
    new_page: Callable[..., Page], people: People, paper: Paper
) -> None:
    page = sign_in(new_page(), people.publisher, prefix="/en")
    page.goto("/en/admin/digest/paper/")
    page.get_by_role("link", name="authors", exact=True).first.click()
    page.get_by_role("link", name=paper.title).click()
    page.get_by_label("Authors").fill(AUTHORS)
    page.get_by_label("Appeared").fill("2023-13")
    page.get_by_label("Venue:", exact=True).fill("NeurIPS")
    page.get_by_label("Kind of venue").select_option("conference")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field-published_on .errorlist")).to_contain_text("2023-05-23")

    # Somebody else was quicker: both versions are there, and who saves again knows.
    actions.describe(people.superuser, paper, paper.version, venue="ICML")
    page.get_by_label("Appeared").fill("2023-12")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field-venue .errorlist")).to_have_text("It says now: ICML")
    expect(page.get_by_label("Venue:", exact=True)).to_have_value("NeurIPS")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    paper.refresh_from_db()
    assert (paper.authors, paper.published_on, paper.venue) == (AUTHORS, "2023-12", "NeurIPS")


@pytest.mark.parametrize(
    ("prefix", "scheme", "device", "scripts"),
    [("/en", "light", "desktop", True), ("", "dark", "phone", False)],
)
def test_a_reader_unfolds_the_names_and_goes_on_by_venue(
    prefix: str,
    scheme: str,
    device: str,
    scripts: bool,
    new_page: Callable[..., Page],
    people: People,
    paper: Paper,
) -> None:
    actions.describe(people.publisher, paper, paper.version, authors=AUTHORS, venue="NeurIPS & Co")
    page = new_page(color_scheme=scheme, java_script_enabled=scripts, **DEVICES[device])
    page.goto(f"{prefix}{paper.get_absolute_url()}")
    last = page.locator(".authors").get_by_text("Family11")
    expect(last).to_be_hidden()
    page.locator(".authors summary").focus()
    page.keyboard.press("Enter")
    expect(last).to_be_visible()
    if scripts:  # axe-core is one
        assert not violations(page)
    assert not too_wide(page)

    page.get_by_role("link", name="NeurIPS & Co").click()
    expect(page.locator(".rows > li")).to_have_count(1)
    page.locator(".chips a").first.click()
    expect(page.locator(".rows > li")).to_have_count(2)
    if device == "phone":
        page.locator(".facets summary").click()
    choice = page.locator(".facets").get_by_role("link", name="NeurIPS & Co")
    expect(choice.locator(".count")).to_have_text("1")
    choice.click()
    expect(page.locator(".rows > li")).to_have_count(1)
