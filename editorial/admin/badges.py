"""States and days as people see them."""

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
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
