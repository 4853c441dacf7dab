"""Who gets the weekly issue by mail, and what was sent: to look at, for those who may.

No role may; a superuser can give the rights.  Addresses leave this page in no file.
"""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digest.models import Delivery, Mailing, Subscriber
from editorial.admin.badges import state_badge


class _ToLookAt(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rows that nobody makes or changes by hand."""

    list_per_page = 50

    class Media:
        css: ClassVar = {"all": ["editorial/desk.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """They come from readers, or from sending."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """What readers asked for is theirs to change."""
        return False


@admin.register(Subscriber)
class SubscriberAdmin(_ToLookAt):
    """Subscribers, to find, and to delete when one of them asks for that."""

    list_display = ("email", "state_shown", "language", "category", "confirmed_at", "bounces")
    list_filter = ("language", ("suspended_at", admin.EmptyFieldListFilter))
    list_select_related = ("category",)
    search_fields = ("email",)
    fields = (
        *("email", "state_shown", "language", "category", "asked_at", "confirmed_at"),
        *("bounces", "suspended_at"),
    )
    readonly_fields = ("state_shown",)

    @admin.display(description=gettext_lazy("state"))
    def state_shown(self, subscriber: Subscriber) -> SafeString:
        """Return the state as a coloured word."""
        if subscriber.confirmed_at is None:
            return state_badge("waiting", _("not confirmed"))
        if subscriber.suspended_at:
            return state_badge("withdrawn", _("suspended: mail is refused"))
        return state_badge("published", _("gets mail"))


@admin.register(Mailing)
class MailingAdmin(_ToLookAt):
    """What was sent, by week."""

    list_display = ("issue", "started_at", "sent", "refused", "waiting")
    list_display_links = None

    @admin.display(description=gettext_lazy("week"), ordering="week")
    def issue(self, mailing: Mailing) -> str:
        """Return the week's name."""
        return str(mailing)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mailing]:
        """Count the letters of each mailing."""
        state = Delivery.State
        left = Q(deliveries__state__in=[state.WAITING, state.SENDING])
        mailings: QuerySet[Mailing] = super().get_queryset(request)
        return mailings.annotate(
            sent=Count("deliveries", Q(deliveries__state=state.SENT)),
            refused=Count("deliveries", Q(deliveries__state=state.REFUSED)),
            waiting=Count("deliveries", left & Q(deliveries__subscriber__isnull=False)),
        )

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Without it everybody would get the issue again."""
        return False

    @admin.display(description=gettext_lazy("sent"), ordering="sent")
    def sent(self, mailing: Mailing) -> int:
        """Return how many letters were sent."""
        return int(mailing.sent)  # type: ignore[attr-defined]  # annotated

    @admin.display(description=gettext_lazy("refused"), ordering="refused")
    def refused(self, mailing: Mailing) -> int:
        """Return how many were refused."""
        return int(mailing.refused)  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("to be sent"), ordering="waiting")
    def waiting(self, mailing: Mailing) -> int:
        """Return how many are yet to be sent."""
        return int(mailing.waiting)  # type: ignore[attr-defined]
