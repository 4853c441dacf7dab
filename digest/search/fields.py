"""A column of tokens in the database's own kind of index, and the lookup that searches it.

Tokens are of letters, digits, ``+``, ``#`` and ``.`` (see ``tokens``).  These mean nothing in a
tsvector or inside the quotation marks of either database's queries: nothing has to be escaped.
"""

from operator import add
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

from digest.search.query import Query, Term

# How the migration makes the table on SQLite.  The tokenizer parts at spaces: every character
# beyond ASCII belongs to a token for it, whatever Unicode's version.
TOKENIZER = "ascii tokenchars '+#.'"
# As many tokens as a document may have: a tsvector counts places up to 16,383.
MOST_TOKENS = 16_000
_PLACES = [f":{place}" for place in range(1, MOST_TOKENS + 1)]


class TokensField(TextField):  # type: ignore[type-arg]  # Django's fields take no subscript at run time.
    """Tokens with spaces between them: a text in an FTS5 table, a tsvector on PostgreSQL."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return the column's type."""
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """Return the tokens as the database reads them; PostgreSQL wants each one's place."""
        if connection.vendor == "postgresql":
            return " ".join(map(add, value.split(), _PLACES))
        return super().get_db_prep_value(value, connection, prepared)


@TokensField.register_lookup
class Matches(Lookup):
    """Whether a column has all terms of a :class:`Query`."""

    lookup_name = "matches"
    prepare_rhs = False
    rhs: Query

    def as_sqlite(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, list[Any]]:
        """Ask FTS5."""
        return self._asking(compiler, "MATCH %s", " AND ".join(map(_fts5, self._terms())))

    def as_postgresql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, list[Any]]:
        """Ask the GIN index."""
        return self._asking(compiler, "@@ %s::tsquery", _tsquery_of(self._terms()))

    def _terms(self) -> tuple[Term, ...]:
        if not self.rhs.terms:
            raise EmptyResultSet
        return self.rhs.terms

    def _asking(self, compiler: SQLCompiler, operator: str, query: str) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.lhs)
        return f"{column} {operator}", [*params, query]


@TokensField.register_lookup
class Scanned(Matches):
    """The same, asked of one article after the other.

    PostgreSQL does not do so for the operator where it believes that there are few hits; its index
    would first have to tell all of them.  FTS5 goes through the hits one by one.
    """

    lookup_name = "scanned"

    def as_postgresql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, list[Any]]:
        """Ask by the function behind the operator, which no index serves."""
        column, params = compiler.compile(self.lhs)
        return f"ts_match_vq({column}, %s::tsquery)", [*params, _tsquery_of(self._terms())]


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + " *" * term.ends_openly


def _tsquery_of(terms: tuple[Term, ...]) -> str:
    return " & ".join(map(_tsquery, terms))


def _tsquery(term: Term) -> str:
    in_a_row = " <-> ".join(f"'{token}'" for token in term.tokens)
    return f"({in_a_row}{':*' * term.ends_openly})"
