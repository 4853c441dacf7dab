"""The registries run on this machine, and our requests may go there."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from tests.editorial.factories import People
from tests.transfer.conftest import run
from tests.works.registries import Registries

__all__ = ["run"]


@pytest.fixture
def registries(settings: Settings) -> Iterator[Registries]:
    with Registries().running() as running:
        settings.OUTGOING_ALLOW = [ip_network("127.0.0.0/8")]
        settings.ARXIV_API, settings.CROSSREF_API = running.arxiv, running.crossref
        yield running


@pytest.fixture
def people(db: None) -> People:
    return People()
