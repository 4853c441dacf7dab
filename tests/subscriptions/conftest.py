from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.smtp import MailServer, mail_server, send_to

SITE = "https://papers.example.org"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """Run a mail server that the site sends to."""
    settings.DIGEST_SITE_URL = SITE
    with mail_server() as server:
        send_to(server.port, settings)
        yield server
