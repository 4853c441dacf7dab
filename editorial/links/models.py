"""Links, where they are mentioned, and what checking them found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LinkState(models.TextChoices):
    """How a link stands, going by its last checks."""

    NEW = "new", pgettext_lazy("link", "not checked yet")
    OK = "ok", pgettext_lazy("link", "ok")
    REDIRECTED = "redirected", pgettext_lazy("link", "redirected")
    BLOCKED = "blocked", pgettext_lazy("link", "blocked")
    SUSPECT = "suspect", pgettext_lazy("link", "suspect")
    DEAD = "dead", pgettext_lazy("link", "dead")


class Link(models.Model):
    """An address of the web that entries or passages link to.

    ``fingerprint`` stands for the address where that must be unique: some are longer than what an
    index takes.  ``failures`` counts those in a row, the first at ``failing_since``.
    ``claimed_by`` is the run that checks it until ``claimed_until``.
    """

    url = models.TextField(_("address"))
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    host = models.CharField(_("host"), max_length=255, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=LinkState, default=LinkState.NEW, editable=False
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="", editable=False)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    target = models.TextField(_("leads to"), blank=True, default="")
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    next_check_at = models.DateTimeField(_("next check"))
    claimed_by = models.CharField(max_length=32, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["host", "pk"]
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=LinkState.values), name="link_state_is_known"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_check_at"], name="link_due"),
            models.Index(fields=["state", "-checked_at"], name="link_by_state"),
        ]

    def __str__(self) -> str:
        return self.url


class Mention(models.Model):
    """Where a link stands: in a live article, in an open revision, or in a passage."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="mentions")
    article = models.ForeignKey("digest.Article", models.CASCADE, null=True, related_name="+")
    revision = models.ForeignKey("editorial.Revision", models.CASCADE, null=True, related_name="+")
    passage = models.ForeignKey("digest.Passage", models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, revision__isnull=True, passage__isnull=True)
                | Q(article__isnull=True, revision__isnull=False, passage__isnull=True)
                | Q(article__isnull=True, revision__isnull=True, passage__isnull=False),
                name="mention_is_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_id} @ {self.article_id or self.revision_id or self.passage_id}"


class LinkCheck(models.Model):
    """What one check of a link found; the newest few of each link are kept."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="checks", verbose_name=_("link"))
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state afterwards"), max_length=10, choices=LinkState)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    target = models.TextField(_("leads to"), blank=True, default="")
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")

    def __str__(self) -> str:
        return f"{self.link_id}: {self.state}"
