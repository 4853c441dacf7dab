"""What Digest publishes, as plain Wagtail pages: a list, and papers under it."""
# mypy: ignore-errors

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page


class PaperIndexPage(Page):
    """The list."""


class PaperPage(Page):
    """One entry of it."""

    summary = models.CharField(max_length=500)
    body = RichTextField()
    paper_url = models.URLField(max_length=500)
