"""The form that asks when readers shall see a revision."""

from datetime import MAXYEAR, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial import zones
from editorial.models import Revision

FORMAT = "%Y-%m-%dT%H:%M"  # HTML's datetime-local


class MomentField(forms.DateTimeField):
    """A time as a clock on the wall shows it, in the current zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)

    def to_python(self, value: Any) -> Any:
        """Read the time; say what is wrong with one that this zone's clocks do not show once."""
        try:
            moment = super().to_python(value)
        except ValidationError as error:
            if error.code == "ambiguous_timezone":
                message = _(
                    "The clocks change then: in %(zone)s this time is skipped, or comes twice. "
                    "Choose another one."
                )
                words = {"zone": timezone.get_current_timezone_name()}
                raise ValidationError(message, "clock_change", words) from None
            raise ValidationError(
                _("“%(text)s” is no date and time."), "invalid", {"text": value}
            ) from None
        if moment and moment.year == MAXYEAR:  # elsewhere in the world it is the year 10000
            raise ValidationError(_("That is too far away."), "invalid")
        return moment


class ScheduleForm(forms.Form):
    """When readers shall see a revision, in the zone that the form was shown in.

    That zone is posted along, for the browser may have told another one meanwhile.
    """

    at = MomentField(label=_("When shall readers see it?"))

    def __init__(self, data: Any = None, *, revision: Revision) -> None:
        """Offer the time that it has, or nine o'clock tomorrow."""
        self.posted_zone = data.get("zone", "") if data else ""
        self.zone = zones.zone_named(self.posted_zone) or timezone.get_current_timezone()
        now = timezone.localtime(timezone=self.zone)
        at = revision.publish_at
        if at is None or at <= now:
            at = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        super().__init__(data, initial={"at": at}, auto_id="schedule-%s")
        self.fields["at"].widget.attrs["min"] = now.strftime(FORMAT)
        self.fields["at"].help_text = _("Times are in %(zone)s.") % {
            "zone": zones.label(at, self.zone)
        }

    def full_clean(self) -> None:
        """Read the time in the form's zone."""
        with timezone.override(self.zone):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Refuse a zone that is not known, for in another one it would be another time."""
        if self.posted_zone and not zones.zone_named(self.posted_zone):
            self.add_error("at", _("The zone of this form is not known here. Send it once more."))
        return self.cleaned_data
