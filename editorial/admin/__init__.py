"""The desk in Django's admin: lists, forms and buttons.  No rule is here; ``actions`` refuses."""

from editorial.admin.events import EventAdmin
from editorial.admin.frame import CategoryAdmin, PassageAdmin
from editorial.admin.incoming import OutlineAdmin
from editorial.admin.links import LinkAdmin
from editorial.admin.live import ArticleAdmin
from editorial.admin.papers import PaperAdmin
from editorial.admin.revisions import RevisionAdmin
from editorial.admin.second_factor import SecondFactorAdmin
from editorial.admin.subscribers import MailingAdmin, SubscriberAdmin
from editorial.admin.suggestions import SuggestionAdmin

__all__ = [
    "ArticleAdmin",
    "CategoryAdmin",
    "EventAdmin",
    "LinkAdmin",
    "MailingAdmin",
    "OutlineAdmin",
    "PaperAdmin",
    "PassageAdmin",
    "RevisionAdmin",
    "SecondFactorAdmin",
    "SubscriberAdmin",
    "SuggestionAdmin",
]
