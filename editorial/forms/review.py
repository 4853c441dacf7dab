"""The forms of a review: a remark, and who is asked to review until when."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from editorial import entries
from editorial.forms.entry import RevisionForm
from editorial.models import Revision
from editorial.people import reviewers_for


def _fields() -> Iterator[tuple[str, Any]]:
    yield "", _("the whole entry")
    for name in entries.FIELDS:
        yield name, RevisionForm.base_fields[name].label


class CommentForm(forms.Form):
    """Something to say, about a field or about all."""

    field = forms.ChoiceField(label=_("About"), choices=_fields, required=False)
    text = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the comment first.")},
    )

    def __init__(self, data: Any = None, *, field: str = "") -> None:
        """Choose this field beforehand."""
        super().__init__(data, initial={"field": field}, auto_id="comment-%s")


class AssignForm(forms.Form):
    """Who is asked to review, and until when."""

    reviewer = forms.ModelChoiceField(
        User.objects.none(), label=_("Reviewer"), required=False, empty_label=_("nobody")
    )
    due = forms.DateField(
        label=_("Review due"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, revision: Revision) -> None:
        """Offer those who could approve the revision."""
        stored = {"reviewer": revision.reviewer_id, "due": revision.due}
        super().__init__(data, initial=stored, auto_id="assign-%s")
        reviewer = self.fields["reviewer"]
        assert isinstance(reviewer, forms.ModelChoiceField)
        reviewer.queryset = reviewers_for(revision)
