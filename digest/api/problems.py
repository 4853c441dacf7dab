"""What was wrong with a request, as RFC 9457 has it: told by status, in words, with the remedy."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "What was wrong, as RFC 9457 has it.",
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong, and what to do."},
        "parameter": {"type": "string", "description": "Which parameter was wrong."},
    },
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
}


class Problem(Exception):
    """A request that cannot be answered; ``parameter`` names the one that is to blame, if any."""

    def __init__(self, status: HTTPStatus, detail: str, parameter: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.parameter = status, detail, parameter

    def response(self) -> HttpResponse:
        """Say it."""
        told: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
        }
        if self.parameter:
            told["parameter"] = self.parameter
        text = json.dumps(told, ensure_ascii=False, indent=1)
        return HttpResponse(text, status=self.status, content_type=MEDIA_TYPE)


NOT_FOUND = Problem(HTTPStatus.NOT_FOUND, "There is nothing here. See /api/ for what there is.")
GONE = Problem(HTTPStatus.GONE, "This entry was taken down.")
