"""Every answer forbids what a page of ours never needs."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from digest.headers import POLICY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/", "/en/articles/", "/feed.atom", "/README.md", "/none", "/admin/login/"]
)
def test_every_answer_says_what_a_browser_may_not_do(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}
    assert "camera=()" in headers["Permissions-Policy"]


def test_nothing_inline_runs_anywhere() -> None:
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


def test_the_desk_is_under_the_same_policy(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    response = client.get("/admin/")
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == POLICY
