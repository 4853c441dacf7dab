"""Guessing a password is slow, hurts nobody else, and leaves nothing about those who sign in."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

pytestmark = pytest.mark.django_db
LIMIT = django_settings.AXES_FAILURE_LIMIT
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def people() -> None:
    for name in ("editor", "other"):
        User.objects.create_user(name, password="right", is_staff=True)


def sign_in(client: Client, password: str, name: str = "editor", address: str = HERE) -> int:
    """Return the status of the answer: 302 lets in, 200 shows the form again, 429 refuses."""
    data = {"username": name, "password": password, "next": "/admin/"}
    return client.post("/admin/login/", data, REMOTE_ADDR=address).status_code


def fail_often(client: Client) -> None:
    for _ in range(LIMIT):
        sign_in(client, "wrong")


def test_who_fails_too_often_waits_even_with_the_right_password(client: Client) -> None:
    assert [sign_in(client, "wrong") for _ in range(LIMIT)] == [200] * (LIMIT - 1) + [429]
    assert sign_in(client, "right") == 429


def test_a_name_that_is_too_long_is_nobodys(client: Client) -> None:
    assert sign_in(client, "right", name="é" * 300) == 200
    assert not AccessAttempt.objects.exists()


def test_the_page_says_what_happened(client: Client) -> None:
    fail_often(client)
    data = {"username": "editor", "password": "right"}
    page = client.post("/en/admin/login/", data, REMOTE_ADDR=HERE).content.decode()
    assert "refused for a quarter of an hour" in page
    assert "账号本身没有被锁定" in (
        client.post("/admin/login/", data, REMOTE_ADDR=HERE).content.decode()
    )


def test_nobody_else_is_locked_out(client: Client) -> None:
    fail_often(client)
    assert sign_in(Client(), "right", address=ELSEWHERE) == 302, "the same person from elsewhere"
    assert sign_in(Client(), "right", name="other") == 302, "another person from there"


def test_after_a_while_it_is_forgotten(client: Client) -> None:
    fail_often(client)
    ago = timezone.now() - django_settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    AccessAttempt.objects.update(attempt_time=ago)
    assert sign_in(client, "right") == 302
    assert not AccessAttempt.objects.exists(), "and no address is kept"


def test_who_signs_in_when_is_not_kept(client: Client) -> None:
    assert sign_in(client, "right") == 302
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("forged", ["", "1.1.1.1, ", "1.1.1.1, 2.2.2.2, "])
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    client: Client, settings: Settings, forged: str
) -> None:
    settings.BEHIND_PROXY = True
    data = {"username": "editor", "password": "wrong"}
    for _ in range(LIMIT):
        named = {"X-Forwarded-For": f"{forged}{HERE}"}
        client.post("/admin/login/", data, headers=named, REMOTE_ADDR="127.0.0.1")
    assert AccessAttempt.objects.get().ip_address == HERE


def test_without_a_proxy_nobody_chooses_their_address(client: Client) -> None:
    for number in range(LIMIT):
        client.post(
            "/admin/login/",
            {"username": "editor", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
            REMOTE_ADDR=HERE,
        )
    assert sign_in(client, "right") == 429


def test_passwords_are_kept_by_argon2(client: Client, settings: Settings) -> None:
    old = User.objects.get(username="editor").password
    settings.PASSWORD_HASHERS = [*HASHERS, "django.contrib.auth.hashers.MD5PasswordHasher"]
    assert sign_in(client, "right") == 302
    new = User.objects.get(username="editor").password
    assert old.startswith("md5$"), "as the tests make them"
    assert new.startswith("argon2$"), "renewed at the first sign-in"


HASHERS = list(django_settings.PASSWORD_HASHERS)


def test_a_new_password_ends_the_other_sessions(client: Client) -> None:
    assert sign_in(client, "right") == 302
    assert client.get("/admin/").status_code == 200
    user = User.objects.get(username="editor")
    user.set_password("newer")
    user.save()
    assert client.get("/admin/").status_code == 302
