"""Suggestions, reports of dead links, and how often somebody sent something lately."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Suggestion(models.Model):
    """A paper that a reader misses.

    ``token`` leads its sender to what became of it.  ``answer`` is what the desk says to them;
    ``revision`` is the number of the draft that it became, ``article`` the entry that has it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("suggestion", "waiting")
        ACCEPTED = "accepted", pgettext_lazy("suggestion", "accepted")
        MERGED = "merged", pgettext_lazy("suggestion", "in the list already")
        DECLINED = "declined", pgettext_lazy("suggestion", "declined")

    title = models.CharField(_("paper"), max_length=500, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    why = models.TextField(_("why it matters"), max_length=2000)
    name = models.CharField(_("from"), max_length=100, blank=True)
    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    answer = models.TextField(_("answer"), blank=True, default="")
    revision = models.BigIntegerField(null=True, blank=True, editable=False)
    article = models.ForeignKey(
        "digest.Article",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
    )
    created_at = models.DateTimeField(_("sent"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | Q(decided_at__isnull=False),
                name="suggestion_says_when_it_was_decided",
            ),
            models.CheckConstraint(condition=~Q(title="", url=""), name="suggestion_names_a_paper"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-id"], name="suggestion_by_state")]

    def __str__(self) -> str:
        return self.title or self.url


class LinkReport(models.Model):
    """A reader says that a link of an entry leads nowhere."""

    article = models.ForeignKey(
        "digest.Article", models.CASCADE, related_name="+", verbose_name=_("article")
    )
    url = models.TextField(_("address"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("sent"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("report of a link")
        verbose_name_plural = _("reports of links")
        constraints: ClassVar = [
            # One open report of a link says all that a second one would.
            models.UniqueConstraint(
                fields=["article", "url"],
                condition=Q(settled_at=None),
                name="one_open_report_of_a_link",
            )
        ]

    def __str__(self) -> str:
        return self.url


class Sending(models.Model):
    """Somebody sent a form; kept for two days, to notice who sends too many.

    ``sender`` cannot be led back to an address: it is made with a secret that changes each day.
    """

    sender = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["sender", "at"], name="sending_by_sender"),
            models.Index(fields=["at"], name="sending_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
