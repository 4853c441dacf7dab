"""A link replaced in the entries that have it: a revision of each, like any edit."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from digest import outgoing
from digest.models import Article
from editorial import actions
from editorial.links.models import Link
from editorial.models import Revision


@dataclass
class Report:
    """The drafts that were made, and the entries that stay as they are, with the reason."""

    drafts: list[Revision] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def replace(link: Link, address: str, user: User) -> Report:
    """Make a draft of each live article that has the link, with this address in its place.

    Text around entries and drafts that are being written are left to people.
    """
    actions.refuse_without(user, "editorial.submit_revision")
    report = Report()
    for article in Article.objects.published().filter(
        pk__in=link.mentions.exclude(article=None).values("article")
    ):
        try:
            with transaction.atomic():
                report.drafts.append(_revised(article, link.url, address, user))
        except actions.Refused as refusal:
            report.refused.append((article.headline, str(refusal)))
    return report


def _revised(article: Article, old: str, new: str, user: User) -> Revision:
    revision = actions.revise(article, user)
    return actions.edit(
        revision,
        user,
        revision.version,
        url=new if revision.url == old else revision.url,
        links=[[label, new if url == old else url] for label, url in revision.links],
        summary=revision.summary.replace(f"({old})", f"({new})").replace(f"<{old}>", f"<{new}>"),
    )


def archived(url: str) -> str:
    """Return the address of an archive's copy of a page; raises Refused if there is none.

    Asks the Wayback Machine's availability API: https://archive.org/help/wayback_api.php
    """
    try:
        answer = outgoing.fetch(f"{settings.ARCHIVE_API}?{urlencode({'url': url})}")
        closest = json.loads(answer.body)["archived_snapshots"].get("closest", {})
        copy = closest["url"] if closest.get("available") else ""
    except outgoing.OutgoingError as error:
        raise actions.Invalid(_("The archive did not answer: %(why)s") % {"why": error}) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise actions.Invalid(_("The archive gave no answer that can be read.")) from None
    if not isinstance(copy, str) or not copy.startswith(("https://", "http://")):
        raise actions.Invalid(_("The archive has no copy of %(url)s.") % {"url": url})
    return copy.replace("http://", "https://", 1) if copy.startswith("http://web.") else copy
