"""Which revision a README said last, and what an outline asks for.

Until now all that is published counts as in step with the README.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def mark_published(apps: Any, _schema_editor: Any) -> None:
    """Take the published revisions as the README's last words; outlines asked for their frame."""
    published = apps.get_model("editorial", "Revision").objects.filter(state="published")
    published.update(outside_version=F("version"))
    waiting = apps.get_model("editorial", "Outline").objects.filter(state="waiting")
    waiting.update(asks={"frame": None})


class Migration(migrations.Migration):
    dependencies = [("editorial", "0005_upstream")]

    operations = [
        migrations.AddField(
            "revision",
            "outside_version",
            models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.RemoveConstraint("outline", "one_outline_waits"),
        migrations.AddField(
            "outline", "asks", models.JSONField(blank=True, default=dict, editable=False)
        ),
        migrations.AddField(
            "outline", "in_file", models.BooleanField(default=True, editable=False)
        ),
        migrations.AlterField(
            "outline",
            "state",
            models.CharField(
                choices=[
                    ("planned", "being looked at"),
                    ("waiting", "waiting"),
                    ("accepted", "accepted"),
                    ("declined", "declined"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.RunPython(mark_published, migrations.RunPython.noop),
        migrations.AddConstraint(
            "revision",
            models.UniqueConstraint(
                condition=models.Q(outside_version__isnull=False),
                fields=("article",),
                name="one_last_word_of_the_readme_an_article",
            ),
        ),
        migrations.AddConstraint(
            "outline",
            models.UniqueConstraint(
                condition=models.Q(state="waiting", in_file=True),
                fields=("state",),
                name="one_outline_of_the_file_waits",
            ),
        ),
    ]
