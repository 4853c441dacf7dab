"""What Digest publishes, as plain Wagtail pages: a list, and papers under it."""
# mypy: ignore-errors

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page


class PaperIndexPage(Page):
    """The list, its newest papers first."""

    def get_context(self, request, *args, **kwargs):
        """Add a page of papers."""
        children = PaperPage.objects.child_of(self).live()
        papers = children.order_by("-first_published_at", "-pk")[:50]
        return {**super().get_context(request, *args, **kwargs), "papers": papers}


class PaperPage(Page):
    """One entry of it."""

    summary = models.CharField(max_length=500)
    body = RichTextField()
    paper_url = models.URLField(max_length=500)
