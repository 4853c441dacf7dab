"""Every address answers everybody as ``addresses.txt`` says, and none is missing there."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.editorial.factories import People
from tests.safety import everything

ROLES = ("nobody", "bystander", "author", "reviewer", "publisher", "superuser")
TABLE = Path(__file__).with_name("addresses.txt")
TOKEN = "t" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WRITES = re.compile(r"INSERT|UPDATE|DELETE", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """An address with names in braces, and the statuses of GET, forged POST and POST.

    Who forges a form does not depend on a role; the other two are by role.
    """

    address: str
    read: tuple[int, ...]
    forged: int
    sent: tuple[int, ...]


def table() -> list[Line]:
    lines = []
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            address, read, forged, sent = line.split()
            lines.append(Line(address, statuses(read), int(forged), statuses(sent)))
    return lines


def statuses(cell: str) -> tuple[int, ...]:
    """Read a cell: a status for each role, or one for all of them."""
    found = tuple(map(int, cell.split(",")))
    return found * len(ROLES) if len(found) == 1 else found


@pytest.fixture
def names(people: People) -> dict[str, object]:
    return everything.make(people)


def client_of(people: People, role: str) -> Client:
    """Return the browser of somebody: it sends its cookies, whoever asks it to."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if role != "nobody":
        client.force_login(getattr(people, role))
    client.cookies["csrftoken"] = TOKEN
    return client


@dataclass(frozen=True)
class Answer:
    """What came of a request, which was put back as it was."""

    status: int
    writes: list[str]


def ask(client: Client, method: str, address: str, **headers: str) -> Answer:
    cookies = deepcopy(client.cookies)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = client.generic(method, address, headers={**FORM, **headers})
        b"".join(answer)  # what is made while it is sent
        transaction.set_rollback(True)
    client.cookies = cookies
    written = [query["sql"] for query in queries if WRITES.match(query["sql"])]
    return Answer(answer.status_code, written)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(
    people: People, names: dict[str, object], role: str
) -> None:
    number, client, wrong = ROLES.index(role), client_of(people, role), []
    for line in table():
        address = line.address.format(**names)
        found = (
            ask(client, "GET", address).status,
            ask(client, "POST", address, X_CSRFToken=TOKEN).status,
        )
        expected = (line.read[number], line.sent[number])
        if found != expected:
            wrong.append(f"{line.address}: {found}, not {expected}")
    assert not wrong, "\n".join([f"{role}: GET, POST", *wrong])


@pytest.mark.parametrize("role", ["nobody", "superuser"])
def test_a_form_forged_elsewhere_is_refused_and_writes_nothing(
    people: People, names: dict[str, object], role: str
) -> None:
    client, wrong = client_of(people, role), []
    for line in table():
        answer = ask(client, "POST", line.address.format(**names))
        if answer.status != line.forged or (answer.status == 403 and answer.writes):
            wrong.append(f"{line.address}: {answer}, not {line.forged}")
    assert not wrong, "\n".join([role, *wrong])


def test_no_other_method_does_anything(people: People, names: dict[str, object]) -> None:
    client, wrong = client_of(people, "superuser"), []
    for line in table():
        answer = ask(client, "DELETE", line.address.format(**names), X_CSRFToken=TOKEN)
        is_refused = answer.status in {302, 404, 405} or line.address.startswith("/admin/")
        if answer.writes or not is_refused or answer.status >= 500:
            wrong.append(f"{line.address}: {answer}")
    assert not wrong, "\n".join(wrong)


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Walk all the patterns that there are."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")  # as a match tells it
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def route_of(address: str) -> str:
    try:
        return resolve(address).route
    except Resolver404:
        return ""  # an address that there is not, with the answer that it gets


def test_no_address_lacks_its_line(names: dict[str, object]) -> None:
    told = {route_of(line.address.format(**names)) for line in table()}
    lacking = sorted(set(routes(get_resolver().url_patterns)) - told)
    assert not lacking, "give each a line in addresses.txt:\n" + "\n".join(lacking)
