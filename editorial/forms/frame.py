"""The forms of the list's frame: sections, and the text around the entries."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from digest.models import Category, Passage
from editorial import outline
from editorial.refusals import Refused


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A section."""

    class Meta:
        model = Category
        fields = ("title", "slug", "position", "depth")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for no more than a title: slug and position follow from it."""
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = self.fields["position"].required = False
        self.fields["slug"].help_text = _("Its address; made of the title if empty.")
        self.fields["position"].help_text = _("1 is the first section; empty is the last.")

    def full_clean(self) -> None:
        """Let the outline check what the fields allow."""
        super().full_clean()
        _let_outline_check(self, outline.check_category)


class PassageForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Text around the entries."""

    class Meta:
        model = Passage
        fields = ("category", "position", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the fields mean for the list."""
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["category"].help_text = _("Empty: before the first section.")
        self.fields["position"].help_text = _(
            "Text and entries of a section share one order; empty is the last."
        )

    def full_clean(self) -> None:
        """Let the outline check what the fields allow."""
        super().full_clean()
        _let_outline_check(self, outline.check_passage)


def _let_outline_check(form: "forms.ModelForm[Any]", check: Callable[[Any], None]) -> None:
    """Show on the form what the outline would refuse."""
    if form.is_bound and not form.errors:
        try:
            check(form.instance)
        except Refused as refusal:
            form.add_error(None, str(refusal))
