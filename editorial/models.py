"""Revisions (proposed versions of an entry), the log of their moves, and outlines that wait."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from digest.models import Article, Category, EntryFields
from editorial.transitions import LIVE, OPEN, State


class Revision(EntryFields):
    """A proposed version of one entry, of a live or of a new one.

    ``article`` is empty until a new one is published.
    ``version`` grows with every change of text or state, so that a stale form is noticed.
    ``section`` names the section that a revision waits for when an import brought both.
    ``position`` is where in its category it goes; empty means after the last entry.
    """

    article = models.ForeignKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("article"),
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("category"),
    )
    section = models.CharField(_("waits for section"), max_length=500, blank=True, default="")
    position = models.PositiveIntegerField(null=True, blank=True, editable=False)
    tag_names = models.JSONField(_("tags"), default=list, blank=True)

    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="revisions", verbose_name=_("author")
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering: ClassVar = ["-updated_at", "-pk"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        permissions: ClassVar = [
            ("submit_revision", "Can submit revisions for review"),
            ("review_revision", "Can review revisions"),
            ("publish_revision", "Can publish, take down and restore"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="revision_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=sorted(OPEN)),
                name="one_open_revision_an_article",
            ),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=sorted(LIVE)),
                name="one_live_revision_an_article",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-updated_at"], name="revision_by_state")
        ]

    def __str__(self) -> str:
        return self.headline


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a row of the log."""


class EventQuerySet(models.QuerySet["Event"]):
    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        """Refuse: the log is append-only."""
        raise AppendOnlyError("The log is append-only: an event cannot be changed.")

    def delete(self) -> NoReturn:
        """Refuse: the log is append-only."""
        raise AppendOnlyError("The log is append-only: an event cannot be deleted.")


class Event(models.Model):
    """One move of one revision: from, to, who, when, why.  Append-only."""

    revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="events", verbose_name=_("revision")
    )
    transition = models.CharField(_("move"), max_length=20)
    source = models.CharField(_("from"), max_length=20, choices=State)
    target = models.CharField(_("to"), max_length=20, choices=State)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note = models.TextField(_("note"), blank=True, default="")
    at = models.DateTimeField(_("at"))

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.source} → {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change."""
        if not self._state.adding:
            raise AppendOnlyError("The log is append-only: an event cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        """Refuse: the log is append-only."""
        raise AppendOnlyError("The log is append-only: an event cannot be deleted.")


class Outline(models.Model):
    """Sections and text around entries that an import brought for a publisher to accept.

    ``text`` is the whole README as it came; accepting it takes over its sections and passages, not
    its entries.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    text = models.TextField(_("README"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
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
        verbose_name = _("outline")
        verbose_name_plural = _("outlines")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="waiting"), name="one_outline_waits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
