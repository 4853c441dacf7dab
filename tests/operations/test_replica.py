"""Public pages are read from a replica that has caught up, and never wait for one that has not."""

import re
import time
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection

from digest.models import Article, Category
from digest.replicas import PAUSE, PUBLIC, Router
from tests.operations.machine import wait_for
from tests.operations.replicated import PRIMARY, REPLICA, Replicated, replicated
from tests.transfer.conftest import SEED

# What readers see, and nobody asks the primary for.
SHOWN = {model._meta.db_table for model in PUBLIC}
LIST = "digest_readme"  # which has the list's version


def test_without_a_replica_nothing_looks_for_one() -> None:
    assert settings.DATABASE_ROUTERS == []
    assert not [name for name in settings.MIDDLEWARE if "replicas" in name]


def test_outside_of_a_page_all_is_the_primarys() -> None:
    router = Router()
    assert router.db_for_read(Article) == router.db_for_write(Article) == "default"
    assert router.allow_relation(Article(), Category())
    assert router.allow_migrate("default", "digest")
    assert not router.allow_migrate("replica", "digest")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="It brings its servers: once will do")
def test_pages_are_read_from_a_replica_that_has_caught_up(tmp_path: Path) -> None:
    with replicated() as servers:
        said = servers.manage("demo", "--no-serve")
        wait_for(servers.caught_up)
        with servers.serve() as client:
            pages_are_read_from_it(servers, client)
            the_desk_is_not(servers, client, said)
            a_publish_shows_at_once(servers, client, tmp_path / "README.md")
            it_may_go_and_come_back(servers, client)


def get(client: httpx.Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.text


def pages_are_read_from_it(servers: Replicated, client: httpx.Client) -> None:
    for path, table in {
        "/": "digest_passage",
        "/en/articles/?q=RLHF": "digest_searchdocument",
        "/feed.atom": "taggit_taggeditem",
        "/api/v1/papers": "digest_paper",
        "/sitemap-categories.xml": "digest_category",
    }.items():
        servers.forget()
        get(client, path)
        assert servers.read(REPLICA) >= {LIST, table}, path
        assert LIST in servers.read(PRIMARY)
        assert not SHOWN & servers.read(PRIMARY), path
    servers.forget()
    get(client, "/")  # which is kept now
    assert servers.read(REPLICA) == set()
    assert servers.read(PRIMARY) == {LIST}
    servers.forget()
    get(client, "/README.md")  # a stream, which the view does not see to its end
    assert servers.read(REPLICA) == set()


def the_desk_is_not(servers: Replicated, client: httpx.Client, said: str) -> None:
    (password,) = re.findall(r"admin\W+(\S+)", said)[:1]
    servers.forget()
    get(client, "/admin/login/")
    form = {"username": "admin", "password": password, "next": "/admin/"}
    given = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    assert client.post("/admin/login/", data=form | given).headers["Location"] == "/admin/"
    for path in ("/admin/", "/admin/editorial/revision/", "/admin/digest/article/"):
        get(client, path)
    assert servers.read(PRIMARY) >= {"auth_user", "editorial_revision", "digest_article"}
    assert servers.read(REPLICA) == set()


def a_publish_shows_at_once(servers: Replicated, client: httpx.Client, path: Path) -> None:
    path.write_text(SEED.read_text("utf-8").replace("QLoRA：", "QLoRA 2："), "utf-8")
    with servers.behind():
        servers.manage("import_readme", str(path), "--by", "admin", "--publish")
        servers.forget()
        assert "QLoRA 2：" in get(client, "/")
        assert servers.read(REPLICA) == {LIST}  # it was asked, and has it not
        assert servers.read(PRIMARY) & SHOWN
    servers.forget()
    assert "QLoRA 2：" in get(client, "/en/")
    assert "digest_article" in servers.read(REPLICA)
    assert not SHOWN & servers.read(PRIMARY)


def it_may_go_and_come_back(servers: Replicated, client: httpx.Client) -> None:
    servers.kill(REPLICA)
    began = time.monotonic()
    for path in ("/archive/", "/tags/", "/issues/", "/en/articles/?q=RLHF"):
        get(client, path)
    assert time.monotonic() - began < PAUSE / 2
    assert servers.said().count("the replica is away") == 1
    assert client.get("/readyz").json()["database"] == "ok"
    servers.start(REPLICA)
    what_happens_on_the_way(servers)
    wait_for(lambda: search_reads_from(servers, client) == REPLICA)
    assert time.monotonic() - began > PAUSE
    assert servers.said().count("the replica is") == 2


def search_reads_from(servers: Replicated, client: httpx.Client) -> str:
    servers.forget()
    get(client, "/articles/?q=RLHF")
    (server,) = [one for one in (PRIMARY, REPLICA) if "digest_searchdocument" in servers.read(one)]
    return server


def what_happens_on_the_way(servers: Replicated) -> None:
    visit = ("-m", "tests.operations.visits")
    assert servers.python(*visit, "cut_off") == "200, cut off 1 times"
    with servers.behind():
        assert servers.python(*visit, "told_of_a_publish") == "replica, then default"
