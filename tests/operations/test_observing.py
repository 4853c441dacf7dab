"""What happens is told by route: to the log, line by line, and to Prometheus, in sums."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.test import Client
from pytest_django import Settings

from digest.observing import ANSWERS
from tests.transfer.conftest import ROOT

TOKEN = "secret-of-the-monitor"


@pytest.mark.django_db
def test_a_request_is_told_by_its_route_and_by_nothing_typed(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "digest.requests"):
        client.get("/articles/", {"q": "secret words"}, REMOTE_ADDR="203.0.113.9")
        client.get("/somebody@example.org")
    lines = [record.getMessage() for record in caplog.records if record.name == "digest.requests"]
    assert lines == ["GET digest:articles 200", "GET none 404"]


@pytest.mark.django_db
def test_each_request_has_an_id_that_the_answer_names(client: Client) -> None:
    one, other = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert len(one) == 32
    assert one != other


@pytest.mark.django_db
def test_a_slow_query_is_told_without_its_parameters(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_QUERY_MS = 0
    with caplog.at_level(logging.WARNING, "digest.queries"):
        client.get("/articles/", {"q": "wordofmine"})
    told = [record.getMessage() for record in caplog.records if record.name == "digest.queries"]
    assert told
    assert all("SELECT" in line and "wordofmine" not in line for line in told)


def test_without_a_token_there_are_no_metrics(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer wrong", TOKEN])
def test_metrics_are_for_who_shows_the_token(
    client: Client, settings: Settings, given: str
) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 401


def test_metrics_count_requests_by_route(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    counter = ANSWERS.labels("healthz", "GET", 200)
    before = counter._value.get()
    client.get("/healthz")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    line = f'digest_requests_total{{method="GET",route="healthz",status="200"}} {before + 1}'
    assert line in text
    assert 'digest_request_seconds_bucket{le="0.005",route="healthz"}' in text


def test_methods_that_are_made_up_make_no_new_series(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    client.generic("MADEUP", "/healthz")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert "MADEUP" not in text


def test_logs_are_json_where_asked_for() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "Client().get('/healthz', headers={'host': 'localhost'})"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "digest.settings",
            "DIGEST_LOG_FORMAT": "json",
            "DIGEST_LOG_LEVEL": "INFO",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(told.stderr.splitlines()[-1])
    assert line["level"] == "INFO"
    assert (line["route"], line["status"], line["logger"]) == ("healthz", 200, "digest.requests")
    assert len(line["request_id"]) == 32
