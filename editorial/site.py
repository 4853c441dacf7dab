"""The admin site of the desk."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.dashboard import home_of
from editorial.zones import View, in_their_zone


class Desk(AdminSite):
    """Django's admin, with a home that says what waits, in the zone of the person at the desk."""

    site_header = site_title = format_lazy("{} · {}", settings.DIGEST_TITLE, _("editorial desk"))
    index_title = _("On your desk")
    index_template = "editorial/home.html"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what waits for this person; all lists stand beside it."""
        assert isinstance(request.user, User)
        return super().index(request, {"home": home_of(request.user), **(extra_context or {})})

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Wrap a page of the admin: only staff comes in, and times are told in their zone."""
        return in_their_zone(super().admin_view(view, cacheable))
