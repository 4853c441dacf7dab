"""Who gets mail is for those to see who have the right; a deleted address leaves no trace."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digest.models import Delivery, Mailing, Subscriber
from tests.editorial.factories import People
from tests.factories import CategoryFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
SUBSCRIBERS, MAILINGS = "/admin/digest/subscriber/", "/admin/digest/mailing/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_a_subscriber_is_found_by_the_address(desk: Client) -> None:
    now = timezone.now()
    SubscriberFactory.create(email="one@example.org", category=CategoryFactory.create())
    SubscriberFactory.create(email="two@example.org", confirmed_at=None)
    SubscriberFactory.create(email="three@example.org", suspended_at=now, bounces=3)
    page = text(desk, SUBSCRIBERS)
    for words in ("one@", "可收到邮件", "two@", "未确认", "three@", "已暂停：邮件被拒收"):
        assert words in page
    found = text(desk, f"{SUBSCRIBERS}?q=two")
    assert "two@" in found
    assert "one@" not in found
    for subscriber in Subscriber.objects.all():
        detail = text(desk, f"{SUBSCRIBERS}{subscriber.pk}/change/")
        assert subscriber.token not in detail, "which would let them be unsubscribed"
        assert 'name="email"' not in detail


def test_deleting_leaves_no_address_in_the_log(desk: Client) -> None:
    subscriber = SubscriberFactory.create(email="gone@example.org")
    answer = desk.post(f"{SUBSCRIBERS}{subscriber.pk}/delete/", {"post": "yes"}, follow=True)
    assert not Subscriber.objects.exists()
    assert "gone@example.org" not in answer.content.decode()
    assert "gone" not in str(LogEntry.objects.values().get())


@pytest.mark.parametrize("name", ["author", "reviewer", "publisher"])
def test_no_role_sees_addresses(client: Client, people: People, name: str) -> None:
    subscriber = SubscriberFactory.create()
    client.force_login(getattr(people, name))
    for address in (SUBSCRIBERS, f"{SUBSCRIBERS}{subscriber.pk}/change/", MAILINGS):
        assert "@example.org" not in text(client, address, 403)
    assert client.post(f"{SUBSCRIBERS}{subscriber.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "digest/subscriber" not in text(client, "/admin/")


def test_mailings_say_what_became_of_their_letters(desk: Client) -> None:
    now = timezone.now()
    for week in (202326, 202327):
        mailing = Mailing.objects.create(week=week, started_at=now)
        for number, state in enumerate(["sent"] * 3 + ["refused"] * 2 + ["waiting", "sending"]):
            subscriber = None if number == 0 else SubscriberFactory.create()
            Delivery.objects.create(mailing=mailing, subscriber=subscriber, state=state, at=now)
    page = text(desk, MAILINGS)
    assert re.findall(r'class="field-(?:issue|sent|refused|waiting)">([^<]*)<', page) == [
        *("2023-W27", "3", "2", "2"),
        *("2023-W26", "3", "2", "2"),
    ]
    assert text(desk, f"{MAILINGS}add/", 403)
    assert desk.post(f"{MAILINGS}{mailing.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_lists_cost_the_same_at_any_length(desk: Client) -> None:
    def queries() -> list[int]:
        found = []
        for address in (SUBSCRIBERS, MAILINGS):
            with CaptureQueriesContext(connection) as asked:
                text(desk, address)
            found.append(len(asked))
        return found

    def fill(number: int) -> None:
        for n in range(number):
            Mailing.objects.create(week=202301 + Mailing.objects.count(), started_at=timezone.now())
            SubscriberFactory.create(category=CategoryFactory.create() if n % 2 else None)

    fill(2)
    few = queries()
    fill(20)
    assert queries() == few
