"""A desk to try out: a database, a sign-in for each role, the fixtures' list published."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import transaction

from digest.models import Article
from editorial.incoming import import_readme
from editorial.incoming.plan import Note
from editorial.models import Revision
from editorial.roles import ROLES

LIST = Path(settings.BASE_DIR) / "fixtures" / "README.md"
ADMINISTRATOR = "admin"


@dataclass
class Report:
    """What was set up: passwords made now (by user), entries published, notes on them."""

    passwords: dict[str, str] = field(default_factory=dict)
    published: int = 0
    notes: list[Note] = field(default_factory=list)


def set_up() -> Report:
    """Migrate the database and add what is missing; what is there stays as it is."""
    call_command("migrate", verbosity=0)
    report = Report()
    with transaction.atomic():
        for name in (*ROLES, ADMINISTRATOR):
            _ensure_user(name, report)
        if not Article.objects.exists() and not Revision.objects.exists():
            publisher = User.objects.get(username="publisher")
            text = LIST.read_bytes().decode()
            imported = import_readme(text, publisher, publish=True, folder=LIST.parent)
            report.published, report.notes = imported.new, imported.notes
    return report


def _ensure_user(name: str, report: Report) -> None:
    user, made = User.objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": name == ADMINISTRATOR}
    )
    if not made:
        return
    report.passwords[name] = secrets.token_urlsafe(9)
    user.set_password(report.passwords[name])
    user.save(update_fields=["password"])
    if name in ROLES:
        user.groups.add(Group.objects.get(name=name))
