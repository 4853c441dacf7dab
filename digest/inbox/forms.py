"""The public forms."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from digest.inbox.guards import GuardedForm
from digest.readme.identity import identity_of

# Where a work with a number of this kind is found.
_HOMES = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}


class SuggestionForm(GuardedForm):
    """A paper by its title, its address or its number at arXiv, and why it matters."""

    paper = forms.CharField(
        label=_("Title of the paper, or its address"),
        help_text=_("An arXiv link or number is best: 2305.14314"),
        max_length=500,
    )
    why = forms.CharField(
        label=_("Why it matters"),
        help_text=_("Two or three sentences help the editors most."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    name = forms.CharField(
        label=_("Your name (if you want to be named)"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_paper(self) -> str:
        """Take a title, or an address that can be followed."""
        paper: str = self.cleaned_data["paper"].strip()
        kind, _colon, number = identity_of(
            "", [("paper", f"https://arxiv.org/abs/{paper}")]
        ).partition(":")
        if kind in _HOMES:
            return _HOMES[kind] + number
        if "://" in paper or urlsplit(paper).scheme in {"javascript", "data", "file"}:
            try:
                URLValidator(schemes=["http", "https"])(paper)
            except ValidationError:
                raise ValidationError(_("This address cannot be followed.")) from None
        return paper

    @property
    def fields_of_suggestion(self) -> dict[str, Any]:
        """The columns of a suggestion that says what was typed."""
        paper = self.cleaned_data["paper"]
        kind = "url" if "://" in paper else "title"
        return {kind: paper, "why": self.cleaned_data["why"], "name": self.cleaned_data["name"]}


class LinkReportForm(GuardedForm):
    """Which of an entry's links leads nowhere, and what a reader saw there."""

    url = forms.ChoiceField(label=_("Which link leads nowhere?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What did you see? (not needed)"), max_length=500, required=False
    )

    def __init__(self, *args: Any, links: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer these links, as (address, label)."""
        super().__init__(*args, **kwargs)
        field = self.fields["url"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = links
        if len(links) == 1:
            self.initial["url"] = links[0][0]
