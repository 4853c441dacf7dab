"""States as people see them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def state_badge(state: str, label: str) -> SafeString:
    """Show a state as a small coloured word."""
    return format_html('<span class="desk-state desk-{}">{}</span>', state, label)
