"""The OpenAPI document, made of what the answers are made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from digest.api import parameters
from digest.api.parameters import Parameter
from digest.api.problems import MEDIA_TYPE, SCHEMA
from digest.api.shapes import ARTICLE, PAPER, SECTION, TAG, Shape, schema_of
from digest.api.views import endpoint, reply

SHAPES: Mapping[str, Shape] = {
    "Article": ARTICLE,
    "Section": SECTION,
    "Tag": TAG,
    "Paper": PAPER,
}
SLUG = {"type": "string", "minLength": 1}
ID = {"type": "integer", "minimum": 1}


class Listed(NamedTuple):
    """One list: its path, the shape of its items, what it may be asked, how an item is named."""

    path: str
    shape: str
    summary: str | Promise
    asked: Mapping[str, Parameter]
    name: str
    named: Mapping[str, Any]
    one: str | Promise

    @property
    def address(self) -> str:
        """Where the list is."""
        return reverse(f"api:{self.path}")


LISTS = (
    Listed(
        "articles", "Article", _("Entries of the list"), parameters.ARTICLES,
        "id", ID, _("One entry; 410 if it was taken down"),
    ),
    Listed(
        "sections", "Section", _("Sections in their order"), parameters.LIST,
        "slug", SLUG, _("One section"),
    ),
    Listed(
        "tags", "Tag", _("Tags, the most used first"), parameters.LIST,
        "slug", SLUG, _("One tag"),
    ),
    Listed(
        "papers", "Paper", _("Papers that entries are about"), parameters.PAPERS,
        "id", ID, _("One paper with the entries about it"),
    ),
)  # fmt: skip


@endpoint
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the document."""
    parameters.read(request.GET, {})
    return reply(document(request.build_absolute_uri(reverse("api:root"))))


def document(server: str) -> dict[str, Any]:
    """Return the document of the API at an address, in English, which programs speak."""
    with override("en"):
        return _document(server.rstrip("/"))


def _document(server: str) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for one in LISTS:
        paths[f"/{one.path}"] = {"get": _list(one)}
        paths[f"/{one.path}/{{{one.name}}}"] = {"get": _item(one)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.DIGEST_TITLE,
            "version": "1",
            "description": "The list as readers see it, read only. Pages follow `next`.",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {
                **{name: schema_of(shape) for name, shape in SHAPES.items()},
                "Problem": SCHEMA,
            }
        },
    }


def _list(one: Listed) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": _ref(one.shape), "maxItems": parameters.MOST},
            "next": {"type": ["string", "null"], "description": "The next page's address."},
            "complete": {
                "type": "boolean",
                "description": "False where a search found too much and the list has the best.",
            },
        },
        "required": ["items", "next", "complete"],
        "additionalProperties": False,
    }
    asked = [
        {"name": name, "in": "query", "description": str(known.description), "schema": known.schema}
        for name, known in one.asked.items()
    ]
    return _operation(f"list_{one.path}", one.summary, asked, schema, {"400": "A wrong parameter"})


def _item(one: Listed) -> dict[str, Any]:
    named = {"name": one.name, "in": "path", "required": True, "schema": one.named}
    missing = {"400": "A parameter, where there is none", "404": "There is none"}
    if one.shape == "Article":
        missing["410"] = "It was taken down"
    return _operation(f"get_{one.shape.lower()}", one.one, [named], _ref(one.shape), missing)


def _operation(
    name: str,
    summary: str | Promise,
    asked: list[dict[str, Any]],
    schema: Mapping[str, Any],
    problems: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": str(summary),
        "parameters": asked,
        "responses": {
            "200": {
                "description": "As asked for",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": schema}},
            },
            "304": {"description": "As it was, for who sends `If-None-Match`"},
            **{
                status: {
                    "description": description,
                    "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
                }
                for status, description in problems.items()
            },
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
