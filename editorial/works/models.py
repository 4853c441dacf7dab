"""What a registry said of a paper when it was asked last."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from digest.models import Paper


class Lookup(models.Model):
    """The last time that a paper was looked up, and what was found.

    ``identity`` is what was asked for.  ``said`` holds the facts that were found, by field: where a
    paper says something else, somebody wrote it.  ``note`` is what an editor should know: the title
    that the registry has, or that the paper was withdrawn.
    """

    class Outcome(models.TextChoices):
        FOUND = "found", pgettext_lazy("lookup", "found")
        WITHDRAWN = "withdrawn", pgettext_lazy("lookup", "withdrawn by its authors")
        MISSING = "missing", pgettext_lazy("lookup", "not known there")
        OTHER = "other", pgettext_lazy("lookup", "another title there")

    paper = models.OneToOneField(
        Paper,
        models.CASCADE,
        primary_key=True,
        related_name="lookup",
        verbose_name=_("paper"),
    )
    identity = models.CharField(max_length=600)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    said = models.JSONField(default=dict)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=("found", "withdrawn", "missing", "other")),
                name="lookup_outcome_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.identity}: {self.outcome}"
