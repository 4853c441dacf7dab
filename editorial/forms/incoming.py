"""What is asked for a README from outside."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digest.readme.joining import is_split

MAX_BYTES = 20 * 1024 * 1024


class IncomingForm(forms.Form):
    """A file, or its text; of both, the file counts."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".md,.markdown,text/markdown,text/plain"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12}),
    )

    def clean_file(self) -> str:
        """Read the file as UTF-8, and say in which line it is something else."""
        upload: UploadedFile[Any] | None = self.cleaned_data["file"]
        if upload is None:
            return ""
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is larger than %(n)d MB.") % {"n": MAX_BYTES >> 20})
        content: bytes = upload.read()
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ValidationError(_("Line %(line)d is not UTF-8.") % {"line": line}) from None

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two, as a list that is whole."""
        cleaned = super().clean() or {}
        text = cleaned.get("file") or cleaned.get("text", "").replace("\r\n", "\n")
        if not self.errors and not text.strip():
            raise ValidationError(_("Choose a file or paste its text."))
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            message = _("Line %(line)d has a NUL character, which cannot be stored.")
            raise ValidationError(message % {"line": line})
        if is_split(text):
            message = _("Entries of this list are in archives beside it: import it with manage.py.")
            raise ValidationError(message)
        return {**cleaned, "readme": text}
