"""A form that comes too late, after another sign-in or none, leads back to what was typed."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

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


@pytest.mark.parametrize("referer", ["http://testserver{url}?a=b", "https://evil.example/", ""])
def test_whoever_was_signed_out_comes_back_to_the_page_and_not_to_the_button(
    referer: str, people: People, client: Client
) -> None:
    revision = RevisionFactory.create(author=people.author)
    move = reverse("admin:editorial_revision_move", args=[revision.pk, "submit"])
    page = referer.format(url=change_url(revision))
    answer = client.post(move, {"version": 1}, headers={"Referer": page})
    login = urlsplit(answer.headers["Location"])
    assert login.path == reverse("admin:login")
    assert parse_qs(login.query)["next"] == [page if "testserver" in page else move]
    assert client.post("/admin/logout/").headers["Location"] == reverse("admin:index")
