"""A form whose token is no longer good is refused with a way back to what was typed."""

import re

import pytest
from django.test import Client

from editorial.models import Revision
from tests.editorial.factories import People, RevisionFactory
from tests.editorial.test_admin_form import browser_form, change_url, shown


@pytest.mark.parametrize("referer", ["http://testserver{url}", "https://evil.example/", ""])
def test_a_form_from_before_the_last_sign_in_leads_back_to_itself(
    referer: str, people: People
) -> None:
    revision = RevisionFactory.create(author=people.author)
    url = change_url(revision)
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.author)
    form = browser_form(shown(client.get(url)))
    client.cookies.pop("csrftoken")
    client.get(url)  # a sign-in makes another token, as this does
    answer = client.post(url, form, headers={"Referer": referer.format(url=url)})
    assert answer.status_code == 403
    assert re.search(f'class="button" href="(http://testserver)?{url}"', shown(answer))
    assert Revision.objects.get().version == 1
