"""The forms of the desk.  They carry text to and fro; what may be stored is the actions' to say."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digest.models import Category, Passage
from digest.readme import Entry, Link, Picture
from editorial import outline
from editorial.models import Revision
from editorial.refusals import Refused

# Labels and addresses may have blanks: an address begins with its scheme, or is the last word.
LINK_LINE = re.compile(r"(?P<label>\S.*?)\s+(?P<url>[a-zA-Z][a-zA-Z0-9+.-]*:.*|\S+)")


class LinksField(forms.CharField):
    """Labelled links, one a line: ``paper https://…``."""

    widget = AdminTextareaWidget

    def to_python(self, value: Any) -> Any:
        """Read ``[[label, url], …]``, or say which line is not a link."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        links = []
        for number, line in enumerate(lines, 1):
            match = LINK_LINE.fullmatch(line)
            if match:
                links.append([match["label"], match["url"]])
            elif line:
                raise ValidationError(
                    _("Line %(number)d is no link: write a label, a blank and an address."),
                    params={"number": number},
                )
        return links


def text_of_links(links: list[list[str]]) -> str:
    """Write links as the form shows them."""
    return "\n".join(f"{label} {url}" for label, url in links)


class TagsField(forms.CharField):
    """Tags, separated by commas, Chinese ones too."""

    def to_python(self, value: Any) -> Any:
        """Read a list of names."""
        return [name.strip() for name in re.split("[,，、]", super().to_python(value) or "")]


def _line(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=AdminTextInputWidget
    )


class RevisionForm(forms.Form):
    """All that people may change in a revision."""

    category = forms.ModelChoiceField(Category.objects.all(), label=_("category"))
    headline = _line(_("headline"), _("What readers click on. Markdown."), required=True)
    url = _line(_("post address"), _("Where the headline leads: the long post."))
    title = _line(_("paper title"), _("As the paper writes it."))
    summary = forms.CharField(
        label=_("summary"),
        help_text=_("Markdown; $…$ for mathematics."),
        required=False,
        widget=AdminTextareaWidget,
    )
    links = LinksField(
        label=_("links"),
        help_text=_("One a line, with any label: paper https://arxiv.org/abs/2305.14314"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}),
    )
    picture_src = _line(_("picture"), _("Its address, or its path beside the README."))
    picture_alt = _line(_("picture in words"), _("For those who do not see it."))
    tags = TagsField(
        label=_("tags"),
        help_text=_("Separated by commas."),
        required=False,
        widget=AdminTextInputWidget,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, revision: Revision | None = None) -> None:
        """Show what the revision says; one that waits for its section needs no category yet."""
        super().__init__(data, initial=initial_of(revision) if revision else None)
        if revision and revision.section and not revision.category_id:
            self.fields["category"].required = False
            self.fields["category"].help_text = _("Waits for the section “%(section)s”.") % {
                "section": revision.section
            }

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed, as ``actions.edit`` takes it."""
        said = {**self.cleaned_data, "tag_names": self.cleaned_data["tags"]}
        return {name: value for name, value in said.items() if name not in {"tags", "version"}}

    @property
    def entry(self) -> Entry:
        """What was typed, as ``actions.propose`` takes it."""
        said = self.cleaned_data
        return Entry(
            headline=said["headline"],
            url=said["url"],
            title=said["title"],
            summary=said["summary"],
            links=tuple(Link(label, url) for label, url in said["links"]),
            picture=Picture(said["picture_src"], said["picture_alt"])
            if said["picture_src"]
            else None,
        )


def initial_of(revision: Revision) -> dict[str, Any]:
    """Return what the revision says, as the form shows it."""
    same = ("headline", "url", "title", "summary", "picture_src", "picture_alt", "version")
    return {
        **{name: getattr(revision, name) for name in same},
        "category": revision.category_id,
        "links": text_of_links(revision.links),
        "tags": ", ".join(revision.tag_names),
    }


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
