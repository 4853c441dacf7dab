"""``--database-only``: a second pass, on another database, over the tests that it can change.

The first pass, on SQLite, runs every test and knows no such option, so that none runs in neither.
"""

from collections.abc import Iterable
from typing import Any

import pytest

FIXTURES = {"db", "transactional_db", "live_server"}  # no other way leads to the test's database
LEFT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out the tests that are the same on any database; only with DATABASE_URL",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a first pass that would leave tests out."""
    from django.conf import settings  # noqa: PLC0415 - pytest-django has set it up by now

    engine = settings.DATABASES["default"]["ENGINE"]
    if config.getoption("database_only") and engine == "django.db.backends.sqlite3":
        raise pytest.UsageError(
            "--database-only is for a second pass: on SQLite, run every test without it"
        )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what ran in the first pass; put what takes long where no other waits for it."""
    if config.getoption("database_only"):
        left = [item for item in items if not depends_on_database(item)]
        items[:] = [item for item in items if depends_on_database(item)]
        config.hook.pytest_deselected(items=left)
        config.stash[LEFT] = len(left)
    items.sort(key=lambda item: "browser" not in fixtures(item))


def depends_on_database(item: pytest.Item) -> bool:
    """Whether another database could change what this test says."""
    if item.get_closest_marker("any_database"):
        return False
    return bool(item.get_closest_marker("django_db") or FIXTURES & {*fixtures(item)})


def fixtures(item: pytest.Item) -> Iterable[str]:
    return getattr(item, "fixturenames", ())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell xdist's controller, which collects nothing itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Hear from xdist's workers: all collect, and leave out, the same tests."""
    node.config.stash[LEFT] = getattr(node, "workeroutput", {}).get("left", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if left := config.stash.get(LEFT, 0):
        terminalreporter.write_line(
            f"{left} tests that are the same on any database were left out: they run on SQLite."
        )
