"""The letters: the one that asks to confirm, and the weekly issue, as HTML and as text."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from digest.issues import Issue, Weeks
from digest.subscriptions.models import Delivery, Subscriber
from digest.weeks import Week

MOST = 50  # entries in a letter; the page has the rest
_SOMEBODY = "SOMEBODY-WHO-GETS-THIS"  # stands in a letter until it is addressed


def confirmation(email: str, language: str, address: str) -> EmailMessage:
    """Return the letter that asks whether its reader wants the weekly issue, at this address."""
    with translation.override(language):
        text = render_to_string("digest/mail/confirm.txt", {"address": address, **_site()})
        subject = _("Please confirm: the weekly issue by mail")
    return EmailMessage(
        _headed(subject),
        text.strip() + "\n",
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    )


@dataclass(frozen=True)
class Written:
    """A week's letter in one language about one section or all, yet without an addressee."""

    subject: str
    text: str
    html: str
    leave: str


@dataclass
class IssueLetters:
    """A week's letters; each kind is written once, whoever many get it.

    ``base`` is the site's address, which all links begin with.
    """

    week: Week
    weeks: Weeks
    base: str
    _written: dict[tuple[str, int | None], Written | None] = field(default_factory=dict)

    def to(self, subscriber: Subscriber, delivery: Delivery | None = None) -> EmailMessage | None:
        """Return the subscriber's letter, None where their section has nothing new.

        Its Message-ID is made of the delivery, so that a letter which was sent twice, because a
        process died at the wrong moment, is known as one.
        """
        written = self.written(subscriber.language, subscriber.category_id)
        if written is None:
            return None
        leave = written.leave.replace(_SOMEBODY, subscriber.token)
        headers = {
            "List-ID": f"<weekly.{self._host}>",
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        if delivery:
            headers["Message-ID"] = f"<{self.week}.{delivery.pk}@{self._host}>"
        letter = EmailMultiAlternatives(
            written.subject,
            written.text.replace(written.leave, leave),
            to=[subscriber.email],
            headers=headers,
        )
        letter.attach_alternative(written.html.replace(written.leave, leave), "text/html")
        return letter

    @property
    def _host(self) -> str:
        return urlsplit(self.base).hostname or "localhost"

    def written(self, language: str, category: int | None) -> Written | None:
        """Return the letter of this kind, written the first time it is asked for."""
        key = (language, category)
        if key not in self._written:
            with translation.override(language):
                self._written[key] = self._write(category, self.base + leaving(_SOMEBODY, language))
        return self._written[key]

    def _write(self, category: int | None, leave: str) -> Written | None:
        issue = self.weeks.issue(self.week, category)
        if issue is None:
            return None
        context = {**_site(), **self._words(issue), "leave": leave}
        subject = _("Week %(number)s, %(year)s") % {
            "number": self.week.number,
            "year": self.week.year,
        }
        return Written(
            _headed(subject),
            render_to_string("digest/mail/issue.txt", context).strip() + "\n",
            render_to_string("digest/mail/issue.html", context),
            leave,
        )

    def _words(self, issue: Issue) -> dict[str, Any]:
        return {
            "base": self.base,
            "week": self.week,
            "issue": issue,
            "sections": issue.filled([row.article() for row in issue[:MOST]]),
            "more": max(len(issue) - MOST, 0),
        }


def leaving(token: str, language: str) -> str:
    """Return the path of the page that ends a subscription, in a language."""
    with translation.override(language):
        return reverse("digest:unsubscribe", args=[token])


def _site() -> dict[str, str]:
    return {"site": settings.DIGEST_TITLE, "list_language": settings.LANGUAGE_CODE}


def _headed(subject: str) -> str:
    return f"[{settings.DIGEST_TITLE}] {subject}"
