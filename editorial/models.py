"""Revisions (proposed versions of an entry), their log and discussion, and outlines that wait."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from digest.models import Article, Category, EntryFields
from editorial.links.models import Link, LinkCheck, Mention
from editorial.transitions import ACTS, BY_NAME, LIVE, OPEN, State
from editorial.works.models import Lookup

__all__ = [
    "AppendOnlyError", "Breach", "Comment", "Event", "EventQuerySet", "Examination", "Link",
    "LinkCheck", "Lookup", "Mention", "Outline", "Presence", "Revision",
]  # fmt: skip


class Revision(EntryFields):
    """A proposed version of one entry, of a live or of a new one.

    ``article`` is empty until a new one is published.
    ``version`` grows with every change of text or state, so that a stale form is noticed.
    ``section`` names the section that a revision waits for when an import brought both, and
    ``section_nth`` says which of the sections of that title it is, 1 being the first.
    ``position`` is where in its category it goes; empty means after the last entry.
    ``publish_at`` is set while it is scheduled, and ``failure`` says why publishing it then did not
    work the last time.
    ``outside_version`` is the version at which it says what the README outside last said of the
    entry; it is empty on all other revisions of an article (see ``incoming.base``).
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
    section_nth = models.PositiveIntegerField(default=1, editable=False)
    position = models.PositiveIntegerField(null=True, blank=True, editable=False)
    tag_names = models.JSONField(_("tags"), default=list, blank=True)

    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="revisions", verbose_name=_("author")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_revisions",
        verbose_name=_("reviewer"),
    )
    due = models.DateField(_("review due"), null=True, blank=True)
    publish_at = models.DateTimeField(_("to be published"), null=True, blank=True, editable=False)
    failure = models.TextField(blank=True, default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    outside_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
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
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(outside_version__isnull=False),
                name="one_last_word_of_the_readme_an_article",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SCHEDULED, publish_at__isnull=False)
                | (~Q(state=State.SCHEDULED) & Q(publish_at__isnull=True)),
                name="scheduled_revision_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-updated_at"], name="revision_by_state"),
            models.Index(
                fields=["publish_at"],
                name="revision_schedule",
                condition=Q(publish_at__isnull=False),
            ),
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
    """One move of one revision, or another act on it: from, to, who, when, why.  Append-only.

    ``details`` of an act: ``edit`` keeps ``{"version": n, "before": {column: value}}``, what the
    changed columns said until the edit that made version n; ``assign`` ``{"reviewer": name,
    "due": date}``; ``reorder`` ``{"from": number, "to": number}``; the move ``schedule``
    ``{"publish_at": time}``, in ISO format.
    """

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
    details = models.JSONField(default=dict, blank=True, editable=False)
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

    @property
    def label(self) -> str:
        """What was done, in words."""
        move = BY_NAME.get(self.transition)
        return str(move.label if move else ACTS[self.transition])


class Comment(models.Model):
    """A remark on a revision, on one field of it or on all, without a decision.

    ``field`` is the name of the form's field that it is about, empty for the whole entry.
    """

    revision = models.ForeignKey(
        Revision, models.PROTECT, related_name="comments", verbose_name=_("revision")
    )
    field = models.CharField(_("field"), max_length=20, blank=True, default="")
    text = models.TextField(_("comment"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="resolved_comment_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Examination(models.Model):
    """A live article was looked at by the rules as it was at this revision (see ``flaws``).

    One that was published with many others has none yet, or one of an older revision, until
    ``manage.py check_entries`` comes by.  One that is taken down has none.
    """

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="examination"
    )
    revision = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.article_id} @ {self.revision}"


class Breach(models.Model):
    """A live article breaks a rule; ``code`` is the rule's."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="breaches")
    code = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "article"], name="one_breach_of_a_rule")
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.code}"


class Presence(models.Model):
    """Somebody has a revision's form open; their window says so again and again."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "user"], name="one_presence_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.revision_id}"


def asks_for_its_frame() -> dict[str, None]:
    """Return what an outline asks for if nothing else is known: its sections, text and order."""
    return {"frame": None}


class Outline(models.Model):
    """A README from outside with something to decide: sections, text, conflicts, removals, doubts.

    ``text`` is all of it as it came.  ``asks`` has the keys of what it asks for (see
    ``incoming.waiting``), each with what the README had said before, where that is known, as
    [article, revision, version].  ``in_file`` ends when an export writes over the file that it was.
    ``planned_at`` tells what the desk said when its ``planned`` rows were made.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("being looked at")
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    text = models.TextField(_("README"))
    asks = models.JSONField(default=asks_for_its_frame, blank=True, editable=False)
    planned_at = models.CharField(max_length=64, blank=True, default="", editable=False)
    in_file = models.BooleanField(default=True, editable=False)
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
        verbose_name = _("incoming README")
        verbose_name_plural = _("incoming READMEs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="waiting", in_file=True),
                name="one_outline_of_the_file_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class SecondFactor(TOTPDevice):  # type: ignore[misc]  # django-otp ships no types
    """Somebody's second factor at sign-in, as the desk lists it."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")


class PlannedChange(models.Model):
    """One line of an outline's plan as it was made last, so that pages of it are quick to show.

    ``key`` and ``kind`` are the change's (see ``incoming.change``), ``details`` what both sides
    say.  ``choice`` is what somebody chose before applying it: the field's side, or the entry.
    """

    outline = models.ForeignKey(Outline, models.CASCADE, related_name="planned")
    nth = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    line = models.PositiveIntegerField(default=0)
    headline = models.TextField(blank=True, default="")
    section = models.TextField(blank=True, default="")
    details = models.JSONField(default=dict)
    ticked = models.BooleanField(default=False)
    choice = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["nth"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outline", "key"], name="one_planned_change_a_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["outline", "kind", "nth"], name="planned_by_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.headline}"


class Upstream(models.Model):
    """The commit of a git repository whose list was taken in last, and the list's path in it.

    A single row (``pk`` 1), made when a list first comes from git.
    """

    commit = models.CharField(max_length=64)
    path = models.TextField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="upstream_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.commit[:10]}:{self.path}"
