"""The form that asks for the weekly issue."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from digest.inbox.guards import GuardedForm
from digest.sections import Section
from digest.subscriptions.joining import Wish


class SubscribeForm(GuardedForm):
    """An address, a language, and the whole list or one section."""

    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    category = forms.ChoiceField(label=_("What"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any) -> None:
        """Offer these sections."""
        super().__init__(*args, **kwargs)
        self.sections = {section.slug: section.pk for section in sections}
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("The whole list")),
            *((one.slug, one.title) for one in sections),
        ]

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        category = self.sections.get(self.cleaned_data["category"])
        return Wish(self.cleaned_data["language"], category)
