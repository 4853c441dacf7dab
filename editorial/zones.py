"""Editors' own time zones: their browser names it in a cookie, and the desk's pages follow it.

Readers' pages, commands and the database do not: those know the site's zone and UTC.
"""

import zoneinfo
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cache, wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

COOKIE = "digest_zone"  # written by static/editorial/zone.js


def zone_named(name: str) -> tzinfo | None:
    """Return the zone of this IANA name, or None: what a browser sends never becomes a path."""
    return zoneinfo.ZoneInfo(name) if name in _names() else None


def label(moment: datetime, zone: tzinfo) -> str:
    """Return a zone with its distance from UTC at that moment: ``Asia/Shanghai (UTC+8)``."""
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"{zone} (UTC{sign}{hours}{f':{minutes:02}' if minutes else ''})"


def in_their_zone(view: View) -> View:
    """Let this view, and the page that it makes, tell times in the zone of who asked for it.

    Without a cookie, or with one that names no zone, that is the site's.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        zone = zone_named(request.COOKIES.get(COOKIE, ""))
        with timezone.override(zone or timezone.get_default_timezone()):
            response = view(request, *args, **kwargs)
            # Django renders a TemplateResponse when the view is done; here it would be too late.
            render = getattr(response, "render", None)
            return render() if callable(render) else response

    return cast("View", answer)


@cache
def _names() -> set[str]:
    return zoneinfo.available_timezones()
