"""The form of an entry."""

from copy import copy
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.forms.widgets import Script
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from digest.mirror import columns_of
from digest.models import Category
from digest.readme import Entry, Link, Picture
from editorial import entries, pictures
from editorial.forms.fields import LinksField, SectionField, TagsField, read_links, text_of_links
from editorial.models import Revision
from editorial.refusals import Invalid

SAME = ("headline", "url", "title", "summary", "picture_src", "picture_alt")
PICTURE_SALT = "editorial.forms.picture"


def _line(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=AdminTextInputWidget
    )


class RevisionForm(forms.Form):
    """All that people may change in a revision.

    A picture that somebody chose is stored at once, for a browser cannot choose it again by itself
    when something else in the form is wrong.  ``picture_kept`` carries its name from then on, with
    the address that it belongs to: who types another address means another picture.
    """

    category = SectionField(Category.objects.all(), label=_("category"))
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
    picture_file = forms.FileField(
        label=_("picture file"),
        help_text=_("PNG, JPEG, GIF or WebP, %d MB at most. Author, place and camera are removed.")
        % (pictures.MAX_BYTES // 2**20),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(pictures.MEDIA_TYPES)}),
    )
    picture_removed = forms.BooleanField(label=_("remove the picture"), required=False)
    picture_src = _line(
        _("picture in the README"), _("Its path there. A file that you choose gets one by itself.")
    )
    picture_alt = _line(_("picture in words"), _("For those who do not see it."))
    tags = TagsField(
        label=_("tags"),
        help_text=_("Separated by commas."),
        required=False,
        widget=AdminTextInputWidget,
    )
    picture_kept = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Media:
        css = {"all": ["editorial/editor.css"]}
        js = [
            Script("editorial/combobox.js", defer=True),
            Script("editorial/editor.js", defer=True),
        ]

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        revision: Revision | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Show what the revision says; one that waits for its section needs no category yet."""
        said = initial_of(revision) if revision else {}
        super().__init__(data, files, initial=said | (initial or {}))
        self.revision = revision
        if revision and revision.section and not revision.category_id:
            self.fields["category"].required = False
            self.fields["category"].help_text = _("Waits for the section “%(section)s”.") % {
                "section": revision.section
            }

    def clean(self) -> None:
        """Store the picture that was chosen, or find the one that is kept."""
        said = self.cleaned_data
        if said.get("picture_file"):
            self._take(said["picture_file"])
        elif said.get("picture_removed"):
            said |= {"picture_src": "", "picture_alt": ""}
        said["picture"] = self._picture_at(said.get("picture_src", ""))

    def _take(self, upload: Any) -> None:
        try:
            name = pictures.take(upload)
        except pictures.NotTakenError as reason:
            message = _("This picture cannot be taken: %(reason)s.") % {"reason": reason}
            self.add_error("picture_file", ValidationError(message))
            return
        src = pictures.src_of(name)
        self.cleaned_data["picture_src"] = src
        typed = cast("QueryDict", self.data).copy()  # shown again, if something else is wrong
        typed["picture_src"], typed["picture_kept"] = src, kept(name, src)
        typed["picture_removed"] = ""
        self.data = typed

    def _picture_at(self, src: str) -> str:
        """Return the name of the stored picture that belongs to this address, if one does."""
        revision, ours = self.revision, _read_kept(self["picture_kept"].value())
        if revision and src == revision.picture_src:
            return revision.picture.name or ""
        return ours[0] if src and src == ours[1] else ""

    @property
    def picture_url(self) -> str:
        """The address of the picture that saving would keep."""
        if self["picture_removed"].value():
            return ""
        name = self._picture_at(entries.tidy(self["picture_src"].value() or ""))
        return default_storage.url(name) if name else ""

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed and can be read, as ``actions.edit`` takes it."""
        said = self.cleaned_data
        names = (*SAME, "category", "links", "picture")
        made = {name: said[name] for name in names if name in said}
        return made | {"tag_names": said.get("tags", [])}

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

    @property
    def draft(self) -> Revision:
        """What was typed as a revision, whatever is wrong with it; to be shown, never stored."""
        row = copy(self.revision) if self.revision else Revision()
        lenient = {
            "headline": self["headline"].value() or "",
            "links": read_links(self["links"].value() or "")[0],
        }
        said = self.changes if self.is_bound else {name: self[name].value() or "" for name in SAME}
        for name, value in entries.changes(row, said | lenient).items():
            setattr(row, name, value)
        return row

    def with_entry(self, entry: Entry, category: Category | None) -> "RevisionForm":
        """Return the form, unchecked, as it was typed but for what this entry says."""
        said = initial_of(Revision(**columns_of(entry)))
        values = {name: said[name] for name in (*SAME, "links")}
        if category:
            values["category"] = category.pk
        if self.files:
            del values["picture_src"]  # a file that was chosen at the same time is the picture
        return RevisionForm(revision=self.revision, initial=self.typed | values)

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed into each field, checked or not."""
        return {name: self[name].value() for name in self.fields if name != "picture_file"}

    def words(self, name: str) -> str:
        """Return what was typed into a field, as people read it."""
        value, field = self[name].value() or "", self.fields[name]
        return field.words_of(value) if isinstance(field, SectionField) else str(value)

    def focus_on_error(self) -> None:
        """Let the page open at the first field that is wrong."""
        wrong = next((field for field in self.visible_fields() if field.errors), None)
        if wrong:
            wrong.field.widget.attrs["autofocus"] = True

    def show(self, refusal: Invalid) -> None:
        """Show why the desk refused what was typed, beside the field if it is about one."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def initial_of(revision: Revision) -> dict[str, Any]:
    """Return what the revision says, as the form shows it."""
    return {
        **{name: getattr(revision, name) for name in SAME},
        "version": revision.version,
        "category": revision.category_id,
        "links": text_of_links(revision.links),
        "tags": ", ".join(revision.tag_names),
        "picture_kept": kept(revision.picture.name, revision.picture_src)
        if revision.picture
        else "",
    }


def kept(name: str | None, src: str) -> str:
    """Return the sign that a stored picture belongs to an address, which nobody else can make."""
    return signing.dumps([name, src], salt=PICTURE_SALT)


def _read_kept(text: Any) -> tuple[str, str]:
    try:
        name, src = signing.loads(text or "", salt=PICTURE_SALT)
    except signing.BadSignature:
        return "", ""
    return name, src
