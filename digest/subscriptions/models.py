"""Who gets the weekly issue, each week's mailing, and what became of each of its letters."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from digest.weeks import Week


def new_token() -> str:
    """Return what nobody guesses."""
    return secrets.token_urlsafe(24)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> "SubscriberQuerySet":
        """Return those who get mail: they said so themselves, and it reaches them."""
        return self.filter(confirmed_at__isnull=False, suspended_at=None)


class Subscriber(models.Model):
    """An address that asked for the weekly issue; without ``confirmed_at`` it gets none.

    ``token`` is the secret of its links.  ``bounces`` are the letters in a row that its server
    refused for good; too many suspend the subscription, until it is confirmed anew.
    """

    email = models.EmailField(_("address"), unique=True, help_text=_("In lower case."))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    category = models.ForeignKey(
        "digest.Category",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section"),
        help_text=_("Empty: the whole list."),
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(_("refused in a row"), default=0)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="subscriber_in_lower_case"
            )
        ]

    def __str__(self) -> str:
        """Name it without its address, which no log shall keep."""
        return f"#{self.pk}"


class Mailing(models.Model):
    """A week's issue on its way; who confirmed after it began gets the next one."""

    week = models.PositiveIntegerField(_("week"), unique=True)
    started_at = models.DateTimeField(_("begun"))

    class Meta:
        ordering: ClassVar = ["-week"]
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")

    def __str__(self) -> str:
        return str(Week.keyed(self.week))


class Delivery(models.Model):
    """One letter of a mailing; it stays, nameless, when its subscriber leaves.

    ``at`` is when it came to its state: a letter that is ``sending`` for long was in the hands of a
    process that died.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("letter", "waiting")
        SENDING = "sending", pgettext_lazy("letter", "being sent")
        SENT = "sent", pgettext_lazy("letter", "sent")
        REFUSED = "refused", pgettext_lazy("letter", "refused")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailing", "subscriber"], name="one_letter_a_subscriber"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailing", "state", "id"], name="delivery_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id} → #{self.subscriber_id}"
