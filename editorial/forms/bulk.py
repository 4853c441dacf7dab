"""What is asked before many revisions are changed at once."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digest.models import Category
from editorial import entries
from editorial.forms.fields import SectionField, TagsField


class BulkTagForm(forms.Form):
    """Which tags to add."""

    tags = TagsField(
        label=_("tags"),
        help_text=_("Separated by commas. Each revision keeps the tags that it has."),
        widget=AdminTextInputWidget,
    )

    def clean_tags(self) -> Any:
        """Ask for one tag at least: commas alone are none."""
        names = entries.tidy_tags(self.cleaned_data["tags"])
        if not names:
            raise ValidationError(self.fields["tags"].error_messages["required"], "required")
        return names


class BulkPlaceForm(forms.Form):
    """Which category to move to."""

    category = SectionField(Category.objects.all(), label=_("category"))
