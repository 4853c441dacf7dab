"""Many revisions at once, from the home over the list to the result, as people tick them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from editorial.models import Revision
from editorial.transitions import State
from tests.browser.audit import violations
from tests.browser.desk import sign_in
from tests.editorial.factories import People, RevisionFactory, category


def test_all_pages_are_withdrawn_and_the_refused_is_named(
    new_page: Callable[..., Page], people: People
) -> None:
    section = category()
    RevisionFactory.create_batch(60, author=people.author, category=section)
    RevisionFactory.create(author=people.second_author, category=section, headline="别人的")
    page = sign_in(new_page(locale="en-GB"), people.author, prefix="/en")
    page.goto("/en/admin/editorial/revision/?state__exact=draft")
    page.check("#action-toggle")
    page.click(".actions .question a")
    page.select_option("[name=action]", "withdraw")
    page.click("[name=index]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw: 61 revisions")
    assert violations(page) == []
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("60 done. 1 was refused")
    assert violations(page) == []
    expect(page.locator(".desk-bulk-rows a")).to_have_text(["别人的"])
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    assert Revision.objects.filter(state=State.WITHDRAWN).count() == 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_home_is_for_everyone(
    new_page: Callable[..., Page], people: People, scheme: str
) -> None:
    section = category()
    for state in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED):
        fields = {"author": people.author, "category": section, "failure": "没有分类"}
        RevisionFactory.create_batch(6, state=state, headline="很" * 200, **fields)
    size = {"width": 390, "height": 844}
    page = sign_in(new_page(color_scheme=scheme, viewport=size), people.publisher)
    expect(page.get_by_role("region")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
