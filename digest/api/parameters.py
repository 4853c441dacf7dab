"""What a request may ask for: each parameter by its schema, which the document shows as well."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digest.api.problems import Problem
from digest.filters import SORTS
from digest.search.query import LONGEST

MOST = 100
USUAL = 50


class Parameter(NamedTuple):
    """A parameter: what it is for, and its JSON Schema."""

    description: str | Promise
    schema: Mapping[str, Any]

    @property
    def form(self) -> str:
        """What it must look like, in words."""
        schema = self.schema
        if schema["type"] == "integer":
            return f"a whole number from {schema['minimum']} to {schema['maximum']}"
        if "enum" in schema:
            return f"one of {', '.join(schema['enum'])}"
        if "examples" in schema:
            return f"written as {schema['examples'][0]}"
        return f"text of at most {schema['maxLength']} characters"

    def admits(self, text: str) -> bool:
        """Whether this text is what the schema asks for."""
        schema = self.schema
        if schema["type"] == "integer":
            whole = re.fullmatch("[0-9]{1,9}", text, re.ASCII)
            return bool(whole) and schema["minimum"] <= int(text) <= schema["maximum"]
        if "enum" in schema:
            return text in schema["enum"]
        if len(text) > schema["maxLength"]:
            return False
        return bool(re.fullmatch(schema["pattern"].strip("^$"), text))


def _text(description: str | Promise, longest: int) -> Parameter:
    schema = {"type": "string", "maxLength": longest, "pattern": "^[^\\x00]*$"}
    return Parameter(description, schema)


def _written(description: str | Promise, example: str, pattern: str, longest: int) -> Parameter:
    schema = {"type": "string", "maxLength": longest, "pattern": pattern, "examples": [example]}
    return Parameter(description, schema)


def _number(description: str | Promise, least: int, most: int, **more: Any) -> Parameter:
    return Parameter(description, {"type": "integer", "minimum": least, "maximum": most, **more})


def _kind(description: Promise) -> Parameter:
    return Parameter(description, {"type": "string", "enum": ["on", "true", "false"]})


LIMIT = _number(_("How many a page has at most."), 1, MOST, default=USUAL)
PLACE = _number(_("Where the page begins: what “next” of the page before says."), 0, 999_999_999)
CURSOR = _written(
    _("Where the page begins: what “next” of the page before says."),
    "1687838400000000.1.2.3.50",
    r"^[0-9]{1,16}\.[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,15}\.[0-9]{1,4}$",
    60,
)
# Those of the site's filters (``digest.filters``) under their names, then what pages the list.
ARTICLES = {
    "q": _text(_("What to search for: words, Chinese, and phrases in quotation marks."), LONGEST),
    "category": _text(_("Only entries of the section with this slug."), 200),
    "tag": _text(_("Only entries with the tag of this name."), 100),
    "venue": _text(_("Only entries whose paper appeared at this venue."), 300),
    "year": _number(_("Only entries of this year."), 1000, 2999),
    "month": _written(
        _("Only entries of this month."), "2023-05", "^[12][0-9]{3}-(0[1-9]|1[0-2])$", 7
    ),
    "code": _kind(_("Only entries with a link to code.")),
    "paper": _kind(_("Only entries with a link to a paper.")),
    "picture": _kind(_("Only entries with a picture.")),
    "sort": Parameter(
        _("The order; without it the best found comes first, or else the newest."),
        {"type": "string", "enum": list(SORTS)},
    ),
    "cursor": CURSOR,
    "limit": LIMIT,
}
LIST = {"cursor": PLACE, "limit": LIMIT}
PAPERS = {
    "identity": _text(
        _("Only the paper that is known by this: arxiv:2305.14314, doi:10.1000/182"),
        600,
    ),
    "venue": _text(_("Only papers that appeared at this venue."), 300),
    **LIST,
}


def read(query: QueryDict, known: Mapping[str, Parameter]) -> dict[str, str]:
    """Return the parameters by name.  Raises Problem at the first that is unknown or wrong."""
    for name, texts in query.lists():
        if name not in known:
            names = ", ".join(known) or "none"
            raise _wrong(f"There is no parameter of this name. There are: {names}.", name)
        if len(texts) > 1:
            raise _wrong("It is there more than once. Give it once.", name)
        if not known[name].admits(texts[0]):
            raise _wrong(f"It must be {known[name].form}.", name)
    return query.dict()  # type: ignore[return-value]  # texts alone


def _wrong(detail: str, name: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, detail, name)
