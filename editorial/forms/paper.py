"""The form of a paper: what the README does not say of it."""

from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digest.models import Paper, Readme
from editorial.refusals import Invalid
from editorial.works.facts import FACTS, tidied


class PaperForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Authors, date and venue.

    ``seen`` is the version that the person read.  Where somebody changed the paper since, the form
    comes back with what was typed, what the paper says now, and that version: who saves then knows.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Paper
        fields = FACTS
        widgets = {
            "authors": AdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
        }
        help_texts = {
            "authors": gettext_lazy(
                "One a line, in their order: Dettmers, Tim. A group as it is: OpenAI; one whose "
                "name has a comma in braces: {Google, Inc.}"
            ),
            "published_on": gettext_lazy("As exactly as it is known: 2023, 2023-05 or 2023-05-23."),
            "venue": gettext_lazy(
                "Journal or conference, spelled as for other papers: readers filter by it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Carry the version that is read."""
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        self.before = {name: getattr(self.instance, name) for name in FACTS}

    def clean(self) -> dict[str, Any]:
        """Check the facts, and whether they are still of the paper that was read."""
        cleaned: dict[str, Any] = super().clean() or {}
        facts = {name: cleaned[name] for name in FACTS if name in cleaned}
        for name, value in facts.items():
            try:
                cleaned |= tidied({name: value})
            except Invalid as refusal:
                self.add_error(refusal.field or None, str(refusal))
        if not self.errors:
            self._refuse_stale(cleaned)
        return cleaned

    def _refuse_stale(self, cleaned: dict[str, Any]) -> None:
        # Whoever changes what readers see next waits here until this one is done.
        Readme.objects.select_for_update().get(pk=1)
        now = Paper.objects.get(pk=self.instance.pk)
        if now.version == cleaned["seen"]:
            return
        self.add_error(None, _("Someone else has changed this paper since you opened it."))
        for name in FACTS:
            said = getattr(now, name)
            if said != cleaned[name]:
                words = Paper.VenueKind(said).label if name == "venue_kind" and said else said
                self.add_error(name, _("It says now: %s") % (words or _("nothing")))
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("seen")] = str(now.version)
        self.data = data
