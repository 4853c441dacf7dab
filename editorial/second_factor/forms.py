"""The sign-in, with a code from those who have turned the second factor on."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from editorial import second_factor


class CodeField(forms.CharField):
    """A code of an app or from paper; browsers and phones offer it by themselves."""

    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"})

    def __init__(self, **kwargs: Any) -> None:
        """Name it."""
        super().__init__(**{"label": _("Code"), "max_length": 24, **kwargs})


class SignInForm(AdminAuthenticationForm):
    """Name, password, and the code."""

    code = CodeField(required=False, help_text=_("Only if you have turned the second factor on."))

    def clean_username(self) -> str:
        """Refuse what is too long for a name: Django only tells browsers how long one may be."""
        name: str = self.cleaned_data["username"]
        if len(name) > (self.username_field.max_length or 0):
            raise self.get_invalid_login_error()
        return name

    def clean(self) -> dict[str, Any]:
        """Ask for the code once the password is right, so that nobody learns who has one."""
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if isinstance(user, User) and second_factor.is_on(user):
            # django-otp notes it in the session at sign-in.
            user.otp_device = second_factor.check(user, cleaned.get("code", ""))  # type: ignore[attr-defined]
        return cleaned
