"""Columns that follow from others of their row, so that a database can count and group by them.

They are worked out whenever a row is written, alone or in bulk; ``update()`` goes past them.
"""

from typing import Any

from django.db import models
from django.utils import timezone

from digest.weeks import Week

LABELS = {
    "code": {"code", "codes", "github", "代码", "源码"},
    "paper": {"paper", "论文", "原文"},
}


def month_of(article: Any) -> int:
    """Return the month that an article appeared in, in the site's zone: 202306."""
    local = timezone.localtime(article.published_at)
    return local.year * 100 + local.month


def has_link(article: Any, kind: str) -> bool:
    """Whether a link is labelled as one to the code or to the paper, in whichever case."""
    names = LABELS[kind]
    return any(str(label).strip().casefold() in names for label, _ in article.links)


class MonthField(models.PositiveIntegerField):  # type: ignore[type-arg]  # none at run time
    """The month an article appeared in.  It stays what it was if the site's zone is changed."""

    def pre_save(self, model_instance: models.Model, add: bool) -> int:  # noqa: ARG002
        """Work it out anew."""
        value = month_of(model_instance)
        setattr(model_instance, self.attname, value)
        return value


class WeekField(models.PositiveIntegerField):  # type: ignore[type-arg]
    """The key of the ISO week an article appeared in; as with the month, it stays what it was."""

    def pre_save(self, model_instance: models.Model, add: bool) -> int:  # noqa: ARG002
        """Work it out anew."""
        article: Any = model_instance
        value = Week.of(article.published_at).key
        setattr(article, self.attname, value)
        return value


class _TruthField(models.BooleanField):  # type: ignore[type-arg]
    """Whether something is so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"default": False, "editable": False, **options})

    def truth(self, article: Any) -> bool:
        """Say so."""
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> bool:  # noqa: ARG002
        """Work it out anew."""
        value = self.truth(model_instance)
        setattr(model_instance, self.attname, value)
        return value


class HasCodeField(_TruthField):
    """Whether an article links to code."""

    def truth(self, article: Any) -> bool:
        """Look at its links."""
        return has_link(article, "code")


class HasPaperField(_TruthField):
    """Whether an article links to its paper."""

    def truth(self, article: Any) -> bool:
        """Look at its links."""
        return has_link(article, "paper")


class HasPictureField(_TruthField):
    """Whether an article shows a picture."""

    def truth(self, article: Any) -> bool:
        """Look at the picture."""
        return bool(article.picture)
