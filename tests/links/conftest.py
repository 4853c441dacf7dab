"""Loopback stands for the internet here: our requests may go there."""

from ipaddress import ip_network

import pytest
from pytest_django import Settings

from tests.editorial.factories import People
from tests.transfer.conftest import run

__all__ = ["run"]


@pytest.fixture(autouse=True)
def _loopback_is_public(settings: Settings) -> None:
    settings.OUTGOING_ALLOW = [ip_network("127.0.0.0/8")]


@pytest.fixture
def people(db: None) -> People:
    return People()
