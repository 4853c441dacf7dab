"""The admin site of the desk."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpResponse

from editorial.zones import in_their_zone


class Desk(AdminSite):
    """Django's admin, in the zone of the person at the desk."""

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., Any]:
        """Wrap a page of the admin: only staff comes in, and times are told in their zone."""
        return in_their_zone(super().admin_view(view, cacheable))
