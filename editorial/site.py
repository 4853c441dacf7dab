"""The admin site of the desk."""

from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial import second_factor
from editorial.desk.dashboard import home_of
from editorial.second_factor.forms import SignInForm
from editorial.second_factor.views import page as second_factor_page
from editorial.zones import View, in_their_zone


class Desk(AdminSite):
    """Django's admin, with a home that says what waits, in the zone of the person at the desk."""

    site_header = site_title = format_lazy("{} · {}", settings.DIGEST_TITLE, _("editorial desk"))
    index_title = _("On your desk")
    index_template = "editorial/home.html"
    login_form = SignInForm
    login_template = "editorial/login.html"
    enable_nav_sidebar = False  # the home has all lists; pages need the room

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what waits for this person; all lists stand beside it."""
        assert isinstance(request.user, User)
        return super().index(request, {"home": home_of(request.user), **(extra_context or {})})

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this is staff, with a code if they have turned the second factor on."""
        if not super().has_permission(request):
            return False
        user = cast("User", request.user)
        if not hasattr(user, "gave_code"):  # asked once a request
            user.gave_code = user.is_verified() or not second_factor.is_on(user)  # type: ignore[attr-defined]
        return bool(user.gave_code)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        """Add the page of the second factor."""
        page = self.admin_view(second_factor_page)
        return [path("second-factor/", page, name="second_factor"), *super().get_urls()]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Wrap a page of the admin: only staff comes in, and times are told in their zone."""
        return in_their_zone(self._leading_back(super().admin_view(view, cacheable)))

    def _leading_back(self, view: View) -> View:
        """Lead whoever must sign in before they post to the page that they would post from.

        After that nobody can post again for them; but the page still has what they typed.
        """

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            leaving = request.path == reverse("admin:logout")
            if request.method == "POST" and not leaving and not self.has_permission(request):
                return redirect_to_login(page_of(request), reverse("admin:login"))
            return view(request, *args, **kwargs)

        return cast("View", answer)


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that a form was sent from."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, request.get_host(), request.is_secure())
    return page if ours else request.path
