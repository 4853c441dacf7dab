"""The desk in Django's admin: lists, forms and buttons.  No rule is here; ``actions`` refuses."""

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.admin.events import EventAdmin
from editorial.admin.frame import CategoryAdmin, OutlineAdmin, PassageAdmin
from editorial.admin.live import ArticleAdmin
from editorial.admin.revisions import RevisionAdmin

admin.site.site_header = admin.site.site_title = format_lazy(
    "{} · {}", settings.DIGEST_TITLE, _("editorial desk")
)

__all__ = [
    "ArticleAdmin",
    "CategoryAdmin",
    "EventAdmin",
    "OutlineAdmin",
    "PassageAdmin",
    "RevisionAdmin",
]
