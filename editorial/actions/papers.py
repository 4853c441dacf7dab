"""What a paper is: its authors, when and where it appeared.  Whoever may publish may say it."""

import json
from collections.abc import Iterable, Mapping

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from digest.models import Paper
from editorial.live import papers, publishing
from editorial.outline import RIGHT
from editorial.refusals import Stale, refuse_without
from editorial.works.facts import name_of, tidied


def describe(user: User, paper: Paper, version: int, **facts: str) -> Paper:
    """Say of a paper that this user read at this version what it is; readers see it at once.

    ``facts`` are of ``editorial.works.facts.FACTS``; the same again changes nothing.
    """
    if describe_all(user, [(paper, version, facts)]):
        raise Stale(_("Someone else has changed this paper since you opened it."))
    return paper


def describe_all(
    user: User, changes: Iterable[tuple[Paper, int, Mapping[str, str]]]
) -> list[Paper]:
    """Describe many papers at once; return those that somebody changed meanwhile, left as they are.

    Each one stands with the version at which it was read.
    """
    refuse_without(user, RIGHT)
    wanted = [
        (paper, version, changed)
        for paper, version, facts in changes
        if (changed := _changed(paper, tidied(facts)))
    ]
    if not wanted:
        return []
    stale, described = [], []
    with transaction.atomic():
        publishing.hold(timezone.now())
        for paper, version, facts in wanted:
            same = Paper.objects.filter(pk=paper.pk, version=version)
            if same.update(**facts, version=F("version") + 1):
                described.append((paper, facts))
            else:
                stale.append(paper)
        _log(user, described)
        papers.renew([paper for paper, _facts in described])
    for paper, facts in described:
        paper.version += 1
        for name, value in facts.items():
            setattr(paper, name, value)
    return stale


def _changed(paper: Paper, facts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value != getattr(paper, name)}


def _log(user: User, described: Iterable[tuple[Paper, Mapping[str, str]]]) -> None:
    """Write down who said something new of which papers, as the admin's own log does."""
    kind = ContentType.objects.get_for_model(Paper)
    with override(None):  # it is translated when it is read
        LogEntry.objects.bulk_create(
            LogEntry(
                user=user,
                content_type=kind,
                object_id=str(paper.pk),
                object_repr=str(paper)[:200],
                action_flag=CHANGE,
                change_message=json.dumps(
                    [{"changed": {"fields": [name_of(name) for name in facts]}}]
                ),
            )
            for paper, facts in described
        )
