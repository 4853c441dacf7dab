"""``manage.py demo``: one step to a desk to try out."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from digest import exporting
from digest.models import Readme
from editorial.models import Event
from tests.transfer.conftest import SEED, Run

pytestmark = pytest.mark.django_db


def test_it_publishes_the_list_and_prints_a_working_sign_in_for_each_role(
    run: Run, client: Client
) -> None:
    out = run("demo", "--no-serve")
    assert "published 16 entries" in out
    sign_ins = dict(re.findall(r"^  (\w+) +(\S+)$", out, re.M))
    assert set(sign_ins) == {"author", "reviewer", "publisher", "admin"}
    for name, password in sign_ins.items():
        sign_in = {"username": name, "password": password, "next": "/admin/"}
        assert client.post("/admin/login/", sign_in).headers["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200
    rights = ["submit_revision", "review_revision", "publish_revision"]
    for count, name in enumerate(("author", "reviewer", "publisher"), 1):
        user = User.objects.get(username=name)
        assert [user.has_perm(f"editorial.{right}") for right in rights] == [
            index < count for index in range(3)
        ]
    assert exporting.readme().encode() == SEED.read_bytes()


def test_run_again_it_finds_what_is_there_and_changes_nothing(run: Run) -> None:
    run("demo", "--no-serve")
    passwords = list(User.objects.values_list("password", flat=True))
    before = (Readme.objects.get().version, Event.objects.count())
    out = run("demo", "--no-serve", "--port", "8123")
    assert "All was set up before" in out
    assert "http://127.0.0.1:8123/admin/" in out
    assert passwords == list(User.objects.values_list("password", flat=True))
    assert before == (Readme.objects.get().version, Event.objects.count())


def test_a_busy_port_and_production_are_refused_in_one_line(run: Run, settings: Settings) -> None:
    assert "choose another one with --port" in run("demo", "--port", "99999")
    settings.PRODUCTION = True
    assert run("demo", "--no-serve").startswith("CommandError: ")
    assert not User.objects.exists()
