"""Who has a second factor; for somebody whose phone is lost it is taken off here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from editorial import second_factor
from editorial.models import SecondFactor

# django-otp's own pages show the secrets.  Its apps stand before this one in the settings.
for device in (TOTPDevice, StaticDevice):
    admin.site.unregister(device)


@admin.register(SecondFactor)
class SecondFactorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Whose, since when, last used; never the secret."""

    list_display = ("user", "created_at", "last_used_at")
    fields = readonly_fields = list_display
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("user__username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecondFactor]:
        """Leave out what nobody has confirmed."""
        return super().get_queryset(request).filter(confirmed=True)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody turns it on for somebody else."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SecondFactor | None = None) -> bool:  # noqa: ARG002
        """Nor is there anything to change."""
        return False

    def delete_model(self, request: HttpRequest, obj: SecondFactor) -> None:  # noqa: ARG002
        """Take it off, with the codes on paper."""
        second_factor.turn_off(obj.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SecondFactor]) -> None:
        """Take several off."""
        for factor in queryset.select_related("user"):
            self.delete_model(request, factor)
