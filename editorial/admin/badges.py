"""States and days as people see them."""

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from editorial.models import Revision
from editorial.transitions import is_overdue


def state_badge(state: str, label: str) -> SafeString:
    """Show a state as a small coloured word."""
    return format_html('<span class="desk-state desk-{}">{}</span>', state, label)


def due_note(revision: Revision) -> SafeString:
    """Show until when a review was asked for, and in words and colour whether that has passed."""
    if revision.due is None:
        return SafeString()
    day = date_format(revision.due)
    if not is_overdue(revision, localdate()):
        return format_html("{}", day)
    return format_html('{} <span class="desk-alarm">{}</span>', day, _("overdue"))


def schedule_note(revision: Revision) -> SafeString:
    """Show when readers shall see a revision, and why they did not yet; nothing without a time."""
    if revision.publish_at is None:
        return SafeString()
    at = date_format(localtime(revision.publish_at), "DATETIME_FORMAT")
    if not revision.failure:
        return format_html(' <span class="desk-time">{}</span>', at)
    return format_html(
        ' <span class="desk-time">{}</span> <span class="desk-alarm">{} {}</span>',
        at,
        _("Not published:"),
        _(revision.failure),
    )
