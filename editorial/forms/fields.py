"""Fields for what an entry has more than one of: links, tags; and for the section that it is in."""

import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digest.markup import plain
from digest.models import Category
from digest.readme import ordinal

# Labels and addresses may have blanks: an address begins with its scheme, or is the last word.
LINK_LINE = re.compile(r"(?P<label>\S.*?)\s+(?P<url>[a-zA-Z][a-zA-Z0-9+.-]*:.*|\S+)")
ERRORS_SHOWN = 5


class LinksField(forms.CharField):
    """Labelled links, one a line: ``paper https://…``."""

    widget = AdminTextareaWidget

    def to_python(self, value: Any) -> Any:
        """Read ``[[label, url], …]``, or say which lines are no links."""
        links, wrong = read_links(value or "")
        if wrong:
            raise ValidationError(
                [
                    ValidationError(
                        _("Line %(number)d is no link: write a label, a blank and an address."),
                        params={"number": number},
                    )
                    for number in wrong[:ERRORS_SHOWN]
                ]
            )
        return links


def read_links(text: str) -> tuple[list[list[str]], list[int]]:
    """Return the links in the lines of a text, and the numbers of the lines that are none."""
    links, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if match := LINK_LINE.fullmatch(line.strip()):
            links.append([match["label"], match["url"]])
        elif line.strip():
            wrong.append(number)
    return links, wrong


def text_of_links(links: list[list[str]]) -> str:
    """Write links as the form shows them."""
    return "\n".join(f"{label} {url}" for label, url in links)


class TagsField(forms.CharField):
    """Tags, separated by commas, Chinese ones too."""

    def to_python(self, value: Any) -> Any:
        """Read a list of names."""
        return [name.strip() for name in re.split("[,，、]", super().to_python(value) or "")]


class SectionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A section of the list, by the words of its heading."""

    def label_from_instance(self, obj: Category) -> str:
        """Return the section's heading: ordinals tell sections of one title apart."""
        return f"{ordinal(obj.position)}、{plain(obj.title)}"

    def words_of(self, value: Any) -> str:
        """Return the heading of the section with this number; nothing for what is none."""
        try:
            section = self.to_python(value)
        except ValidationError:
            return ""
        return self.label_from_instance(section) if section else ""
