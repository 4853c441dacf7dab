"""Queries that Django writes as SQL once: to write one takes ten times as long as to run it."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Model, QuerySet

# What stands for the numbers while the SQL is written: the largest that every column can have, and
# nobody's.
STAND_INS = range(2**31 - 100_000, 2**31)
LENGTHS = 128  # of a query's numbers for which its SQL is kept

Rows = list[tuple[Any, ...]]


class Prepared:
    """A query for plain rows that looks for other numbers each time.

    ``write`` makes it of as many numbers as it is asked with.  How many they are may change what it
    makes, but not what they are.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Any]]) -> None:
        self.write = write
        self._written = lru_cache(LENGTHS)(self._sql)

    def __call__(self, *numbers: int, place: slice | None = None, using: str | None = None) -> Rows:
        """Return the rows for these numbers, or those at this place among them, as :func:`run`.

        ``using`` names the database that is asked, where that is not for the router to say.
        """
        model, sql, parameters = self._written(len(numbers))
        given = [
            numbers[one - STAND_INS.start] if isinstance(one, int) and one in STAND_INS else one
            for one in parameters
        ]
        if place is None:
            return _run(model, sql, given, using)
        given += [place.stop - place.start, place.start]
        return _run(model, f"{sql} LIMIT %s OFFSET %s", given, using)

    def _sql(self, length: int) -> tuple[type[Model], str, Sequence[Any]]:
        query = self.write(*STAND_INS[:length])
        return (query.model, *query.query.get_compiler(query.db).as_sql())


def run(query: QuerySet[Any, Any]) -> Rows:
    """Return the rows of a query for values, each as the database's driver gives it."""
    try:
        return _run(query.model, *query.query.get_compiler(query.db).as_sql())
    except EmptyResultSet:
        return []


def _run(model: type[Model], sql: str, parameters: Sequence[Any], using: str | None = None) -> Rows:
    with connections[using or router.db_for_read(model)].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: Rows = cursor.fetchall()
    return rows
