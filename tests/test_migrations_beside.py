"""A migration suits the release before it, which runs beside it during an upgrade, and after a
roll-back (see .deploy/README.md)."""

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

# The first release has these numbers: what they and those before them do concerns nobody.
FIRST_RELEASE = {"digest": "0010", "editorial": "0012"}
# Migrations that do such a thing all the same, and why the release before does not mind.
ALLOWED: dict[str, str] = {}

TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def offence(operation: Operation) -> str:
    """Return why the release before could not live with this, "" if it can."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return next(filter(None, map(offence, operation.database_operations)), "")
    if isinstance(operation, TAKES_AWAY):
        return f"{operation.describe()}: the release before uses it"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if not (field.null or field.many_to_many or has_database_default(field)):
            return f"{operation.describe()}: the release before leaves it empty (null, db_default)"
    if isinstance(operation, migrations.AddConstraint):
        return f"{operation.describe()}: the release before may break it"
    if isinstance(operation, migrations.RunSQL):
        return f"{operation.describe()}: say in ALLOWED why the release before does not mind"
    return ""


def has_database_default(field: "models.Field[Any, Any]") -> bool:
    return field.db_default is not models.NOT_PROVIDED or isinstance(field, models.GeneratedField)


@pytest.mark.django_db
def test_every_migration_suits_the_release_before() -> None:
    found = [
        f"{app}.{name}: {reason}"
        for (app, name), migration in sorted(MigrationLoader(connection).disk_migrations.items())
        if app in FIRST_RELEASE and name[:4] > FIRST_RELEASE[app]
        if f"{app}.{name}" not in ALLOWED
        for reason in map(offence, migration.operations)
        if reason
    ]
    assert not found


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("article", "title"),
        migrations.RenameField("article", "title", "name"),
        migrations.DeleteModel("article"),
        migrations.RenameModel("article", "entry"),
        migrations.AlterModelTable("article", "entries"),
        migrations.AddField("article", "size", models.IntegerField(default=0)),
        migrations.AddConstraint("article", models.UniqueConstraint(fields=["a"], name="a")),
        migrations.RunSQL("SELECT 1"),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("article", "title")]),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_an_offence_is_found(operation: Operation) -> None:
    assert offence(operation)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("entry", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("article", "size", models.IntegerField(null=True)),
        migrations.AddField("article", "size", models.IntegerField(db_default=0)),
        migrations.AddField("article", "others", models.ManyToManyField("article")),
        migrations.SeparateDatabaseAndState([], [migrations.RemoveField("article", "title")]),
    ],
    ids=["new table", "null", "default", "many to many", "out of the state"],
)
def test_what_the_release_before_does_not_notice_is_no_offence(operation: Operation) -> None:
    assert offence(operation) == ""
