"""The one row of Readme."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_row(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the row that holds the README's edges and its version."""
    apps.get_model("digest", "Readme").objects.using(schema_editor.connection.alias).get_or_create(
        pk=1
    )


def drop_row(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave the table as it was found: empty."""
    apps.get_model("digest", "Readme").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("digest", "0001_live_tables")]

    operations: ClassVar = [migrations.RunPython(make_row, drop_row)]
