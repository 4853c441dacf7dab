"""What waits for somebody at the desk: the panels of the admin's home, and the rows in each.

Read ``PANELS`` top-down.  The list of revisions has the same panels as a filter, so that a panel's
count and its list cannot differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digest.models import LinkReport, Suggestion
from digest.readme.rules import RULES, Severity
from editorial.flaws import said
from editorial.links.models import Link, LinkState
from editorial.live import breaches
from editorial.models import Comment, Event, Outline, Revision
from editorial.transitions import BY_NAME, OPEN, State, theirs

SHOWN = 5  # rows of a panel; its list has them all
RECENT = timedelta(days=7)


def for_review(user: User) -> QuerySet[Revision]:
    """Return what this person could approve and nobody else was asked to: asked, due, oldest."""
    return Revision.objects.filter(
        Q(reviewer=user) | Q(reviewer=None),
        theirs(BY_NAME["approve"], user),
        state=State.IN_REVIEW,
    ).order_by(F("reviewer").asc(nulls_last=True), F("due").asc(nulls_last=True), "updated_at")


def approved(user: User) -> QuerySet[Revision]:  # noqa: ARG001 - every panel is asked for somebody
    """Return what only has to be published or scheduled, oldest first."""
    return Revision.objects.filter(state=State.APPROVED).order_by("updated_at")


def outlines(user: User) -> QuerySet[Outline]:  # noqa: ARG001
    """Return what imports brought for a publisher to decide."""
    return Outline.objects.filter(state=Outline.State.WAITING)


def sent_back(user: User) -> QuerySet[Revision]:
    """Return what a reviewer wants changed, newest first, with what the reviewer wrote."""
    asked = Event.objects.filter(revision=OuterRef("pk"), transition="request_changes")
    return (
        Revision.objects.filter(author=user, state=State.CHANGES_REQUESTED)
        .annotate(note=Subquery(asked.order_by("-pk").values("note")[:1]))
        .order_by("-updated_at")
    )


def discussed(user: User) -> QuerySet[Revision]:
    """Return this person's open revisions that others have open comments on, with how many."""
    remarks = Comment.objects.filter(resolved_at=None).exclude(user=user)
    return (
        Revision.objects.filter(author=user, state__in=OPEN, comments__in=remarks)
        .annotate(remarks=Count("comments"))
        .order_by("-updated_at")
    )


def drafts(user: User) -> QuerySet[Revision]:
    """Return what this person began and has not submitted, newest first."""
    return Revision.objects.filter(author=user, state=State.DRAFT).order_by("-updated_at")


def scheduled(user: User) -> QuerySet[Revision]:  # noqa: ARG001
    """Return what will be published by itself, the next first."""
    return Revision.objects.filter(state=State.SCHEDULED).order_by("publish_at")


def published(user: User) -> QuerySet[Revision]:  # noqa: ARG001
    """Return what readers have seen for some days only, newest first."""
    since = timezone.now() - RECENT
    new = Revision.objects.filter(state=State.PUBLISHED, updated_at__gte=since)
    return new.order_by("-updated_at")


@dataclass(frozen=True)
class Panel:
    """A kind of work: who has it, which rows it holds, and what to do when there are none.

    ``asks`` says whether its rows wait for this person or are only good to know.
    """

    name: str
    right: str
    rows: Callable[[User], QuerySet[Any]]
    asks: bool
    title: str | Promise
    empty: str | Promise
    model: type[Revision | Outline] = Revision

    @property
    def url(self) -> str:
        """The list of just these rows."""
        if self.model is Outline:
            return reverse("admin:editorial_outline_changelist") + "?state__exact=waiting"
        return reverse("admin:editorial_revision_changelist") + f"?desk={self.name}"


# fmt: off
PANELS = (
    #     name         right                         rows        asks
    Panel("review",    "editorial.review_revision",  for_review, True,
          _("Waiting for my review"),
          _("Nothing waits for your review. What authors submit appears here.")),
    Panel("approved",  "editorial.publish_revision", approved,   True,
          _("Ready to publish"),
          _("Nothing is ready. What reviewers approve appears here.")),
    Panel("outlines",  "editorial.publish_revision", outlines,   True,
          _("Imports to decide about"),
          _("No import waits. One that brings new sections or text stops here."), model=Outline),
    Panel("sent_back", "editorial.submit_revision",  sent_back,  True,
          _("Sent back to me"),
          _("Nothing was sent back. What a reviewer wants changed appears here.")),
    Panel("discussed", "editorial.submit_revision",  discussed,  True,
          _("Open comments on my revisions"),
          _("No open comments. What others say about your revisions appears here.")),
    Panel("drafts",    "editorial.submit_revision",  drafts,     True,
          _("My drafts"),
          _("No drafts. Begin a new entry, or revise one that is published.")),
    Panel("scheduled", "editorial.view_revision",    scheduled,  False,
          _("Scheduled next"),
          _("Nothing is scheduled. What is approved can be given a time on its page.")),
    Panel("published", "editorial.view_revision",    published,  False,
          _("Recently published"),
          _("Nothing was published in the last seven days.")),
)
# fmt: on


@dataclass(frozen=True)
class Filled:
    """A panel with its first rows and how many there are."""

    panel: Panel
    rows: Sequence[Revision] | Sequence[Outline]
    count: int


@dataclass(frozen=True)
class Home:
    """All that one person's home says; ``whom_to_ask`` names people only if nothing else does."""

    panels: Sequence[Filled]
    today: date
    whom_to_ask: Sequence[str] = ()
    inbox: Sequence["Counted"] = ()
    failing: Sequence["Counted"] = ()
    breaches: Sequence["Counted"] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for this person."""
        return not any(filled.count for filled in self.panels if filled.panel.asks)


@dataclass(frozen=True)
class Counted:
    """How many rows of one kind there are, and the list of just these; ``why`` explains it."""

    label: str
    number: int
    url: str
    why: str = ""


def panels_of(user: User) -> list[Panel]:
    """Return the panels that this person's rights give them."""
    return [panel for panel in PANELS if user.has_perm(panel.right)]


def home_of(user: User) -> Home:
    """Fill this person's panels: one query each, however many rows there are."""
    panels = [_fill(panel, user) for panel in panels_of(user)]
    whom_to_ask = () if panels else _administrators()
    failing = _failing_links() if user.has_perm("editorial.view_link") else ()
    broken = _broken_rules() if user.has_perm("digest.view_article") else ()
    inbox = _inbox() if user.has_perm("digest.view_suggestion") else ()
    return Home(panels, timezone.localdate(), whom_to_ask, inbox, failing, broken)


def _inbox() -> list[Counted]:
    """Return how many suggestions and reports of readers wait for somebody."""
    waiting = Suggestion.objects.filter(state=Suggestion.State.WAITING).count()
    reported = LinkReport.objects.filter(settled_at=None).values("url").distinct().count()
    rows = (
        (_("papers suggested"), waiting, "digest_suggestion", "?state__exact=waiting"),
        (_("links reported dead"), reported, "editorial_link", "?reported=1"),
    )
    return [
        Counted(str(label), number, f"{reverse(f'admin:{name}_changelist')}{query}")
        for label, number, name, query in rows
        if number
    ]


def _broken_rules() -> list[Counted]:
    """Return how many live articles break each rule, errors first, without mere notes."""
    numbers = dict(breaches.counts())
    page = reverse("admin:digest_article_changelist")
    rules = [rule for rule in RULES.values() if rule.severity is not Severity.INFO]
    rules.sort(key=lambda rule: rule.severity is not Severity.ERROR)
    return [
        Counted(rule.code, numbers[rule.code], f"{page}?breaks={rule.code}", said(rule.why))
        for rule in rules
        if rule.code in numbers
    ]


def _failing_links() -> list[Counted]:
    failing = Link.objects.filter(state__in=(LinkState.DEAD, LinkState.SUSPECT)).order_by("state")
    page = reverse("admin:editorial_link_changelist")
    return [
        Counted(str(LinkState(state).label), number, f"{page}?state__exact={state}")
        for state, number in failing.values_list("state").annotate(number=Count("pk"))
    ]


def _fill(panel: Panel, user: User) -> Filled:
    # Counting goes through every row, and texts are long: no more is read than is shown.
    columns = ["author__username", "state", "created_at"]
    if panel.model is Revision:
        columns += ["headline", "reviewer", "due", "publish_at", "failure", "updated_at"]
    rows = panel.rows(user).select_related("author").only(*columns)
    first = list(rows.annotate(count=Window(Count("*")))[:SHOWN])
    return Filled(panel, first, first[0].count if first else 0)


def _administrators() -> list[str]:
    """Return whom to ask for a role."""
    people = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    return list(people.values_list("username", flat=True)[:3])
