"""Who turns the second factor on is let in with a code besides the password, and not without."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from editorial import second_factor
from tests.editorial.factories import People

pytestmark = pytest.mark.django_db
PAGE = "/admin/second-factor/"
HOME = "/admin/"
REVISIONS = "/admin/editorial/revision/"


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor", password="right", is_staff=True)


def code_now(user: User) -> str:
    """Return what the person's app shows, as if they waited for one that is not used yet."""
    TOTPDevice.objects.filter(user=user).update(last_t=-1, throttling_failure_count=0)
    return f"{totp(TOTPDevice.objects.get(user=user).bin_key):06}"


def sign_in(client: Client, code: str = "", word: str = "right") -> str:
    """Return what the page says, "" if the person is let in."""
    data = {"username": "editor", "password": word, "code": code, "next": HOME}
    response = client.post("/en/admin/login/", data)
    return "" if response.status_code == 302 else response.content.decode()


def turn_on(client: Client, user: User) -> list[str]:
    """Turn it on as the page leads to; return the codes for paper."""
    client.force_login(user)
    client.post(PAGE, {"act": "begin"})
    shown = client.post(PAGE, {"act": "on", "code": code_now(user)}).content.decode()
    return re.findall(r"<li><code>(\w+)</code>", shown)


def test_without_it_a_password_is_enough(client: Client, editor: User) -> None:
    assert sign_in(client) == ""
    assert client.get(HOME).status_code == 200


def test_the_page_shows_the_same_secret_until_a_code_confirms_it(
    client: Client, editor: User
) -> None:
    client.force_login(editor)
    first = client.post(PAGE, {"act": "begin"}, follow=True).content.decode()
    assert "desk-qr" in first
    assert re.findall(r"<code>(.*?)</code>", client.get(PAGE).content.decode()) == re.findall(
        r"<code>(.*?)</code>", first
    )
    wrong = client.post(PAGE, {"act": "on", "code": "000000"}).content.decode()
    assert "这个代码不对" in wrong
    assert not second_factor.is_on(editor)
    assert sign_in(Client()) == ""


def test_to_look_at_the_page_makes_no_secret(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert "desk-qr" not in client.get(PAGE).content.decode()
    assert not TOTPDevice.objects.exists()


def test_who_has_it_cannot_begin_again(client: Client, editor: User) -> None:
    turn_on(client, editor)
    client.post(PAGE, {"act": "begin"})
    assert TOTPDevice.objects.filter(user=editor).count() == 1


def test_with_it_a_password_is_not_enough(client: Client, editor: User) -> None:
    paper = turn_on(client, editor)
    assert len(set(paper)) == second_factor.PAPER_CODES
    assert client.get(HOME).status_code == 200, "who turned it on has given a code"
    other = Client()
    assert "Give the code that your app shows now" in sign_in(other)
    assert "This code is wrong" in sign_in(other, "000000")
    assert other.get(HOME).status_code == 302
    assert sign_in(other, code_now(editor)) == ""
    assert other.get(HOME).status_code == 200


def test_nobody_learns_who_has_it_without_the_password(client: Client, editor: User) -> None:
    turn_on(client, editor)
    assert "Give the code" not in sign_in(Client(), word="wrong")


def test_a_code_is_good_once(client: Client, editor: User) -> None:
    turn_on(client, editor)
    code = code_now(editor)
    assert sign_in(Client(), code) == ""
    assert "This code is wrong" in sign_in(Client(), code)


def test_codes_cannot_be_guessed_quickly(client: Client, editor: User) -> None:
    turn_on(client, editor)
    right = code_now(editor)
    sign_in(Client(), "000000")
    assert "Wait a little" in sign_in(Client(), right)


def test_a_code_on_paper_signs_in_once(client: Client, editor: User) -> None:
    first, second, *_ = turn_on(client, editor)
    assert sign_in(Client(), first.upper()) == ""
    assert "This code is wrong" in sign_in(Client(), first)
    assert StaticToken.objects.count() == second_factor.PAPER_CODES - 1
    assert "Wait a little" in sign_in(Client(), second)


def test_a_session_of_before_has_to_sign_in_again(client: Client, editor: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(editor)
    assert elsewhere.get(HOME).status_code == 200
    turn_on(client, editor)
    assert elsewhere.get(HOME).status_code == 302
    assert "has not given a code yet" in elsewhere.get("/en/admin/login/").content.decode()


@pytest.mark.parametrize(("act", "left"), [("off", 0), ("paper", second_factor.PAPER_CODES)])
def test_what_is_changed_needs_a_code(client: Client, editor: User, act: str, left: int) -> None:
    before = turn_on(client, editor)
    client.post(PAGE, {"act": act, "code": ""})
    assert set(StaticToken.objects.values_list("token", flat=True)) == set(before)
    client.post(PAGE, {"act": act, "code": code_now(editor)})
    assert second_factor.is_on(editor) is (act == "paper")
    assert StaticToken.objects.filter(token__in=before).count() == 0
    assert StaticToken.objects.count() == left


def test_an_admin_takes_it_off_for_who_lost_the_phone(client: Client, editor: User) -> None:
    turn_on(client, editor)
    client.force_login(User.objects.create_superuser("admin"))
    listed = client.get(reverse("admin:editorial_secondfactor_changelist")).content.decode()
    assert "editor" in listed
    secret = TOTPDevice.objects.get(user=editor, confirmed=True)
    shown = reverse("admin:editorial_secondfactor_change", args=[secret.pk])
    assert secret.key not in client.get(shown).content.decode()
    gone = reverse("admin:editorial_secondfactor_delete", args=[secret.pk])
    client.post(gone, {"post": "yes"})
    assert not second_factor.is_on(editor)
    assert not StaticToken.objects.exists()
    assert sign_in(Client()) == ""


def test_only_an_admin_sees_who_has_it(client: Client) -> None:
    client.force_login(People().publisher)
    assert client.get(reverse("admin:editorial_secondfactor_changelist")).status_code == 403
