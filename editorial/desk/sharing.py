"""Links to a preview for people without an account: signed, for some days, and for one revision.

Nothing is stored.  A link says who made it, and works no longer than they may make one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from editorial.models import Revision
from editorial.refusals import Invalid, WrongState, refuse_without
from editorial.transitions import may_share

RIGHT = "editorial.submit_revision"
DAYS = (1, 7, 30)
_SALT = "editorial.sharing"


@dataclass(frozen=True)
class Share:
    """What a link's token says."""

    revision: int
    maker: User
    until: datetime

    @property
    def has_expired(self) -> bool:
        """Whether the link's time is over."""
        return self.until <= timezone.now()


class UnknownLink(Exception):
    """Nobody who may share revisions made this link."""


def share(revision: Revision, user: User, days: int) -> str:
    """Return a token that shows this revision's preview, as it is then, for so many days."""
    refuse_without(user, RIGHT)
    if days not in DAYS:
        raise Invalid(_("Choose for how many days the link should work."))
    if not may_share(revision, user):
        raise WrongState(_("Only a revision that is still open can be shared."))
    until = timezone.now() + timedelta(days=days)
    said = {"revision": revision.pk, "maker": user.pk, "until": int(until.timestamp())}
    return signing.dumps(said, salt=_SALT)


def read(token: str) -> Share:
    """Return what the token says, or raise UnknownLink."""
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise UnknownLink from None
    maker = User.objects.filter(pk=said["maker"]).first()
    if maker is None or not maker.has_perm(RIGHT):
        raise UnknownLink
    return Share(said["revision"], maker, datetime.fromtimestamp(said["until"], UTC))
