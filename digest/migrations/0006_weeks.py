"""The week that each article appeared in, by which issues are made."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import digest.derived
from digest.weeks import Week

BATCH = 1_000


def work_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the column of the articles that are there."""
    manager = apps.get_model("digest", "Article").objects.using(schema_editor.connection.alias)
    articles, last = manager.only("published_at").order_by("pk"), 0
    while some := list(articles.filter(pk__gt=last)[:BATCH]):
        for article in some:
            article.week = Week.of(article.published_at).key
        manager.bulk_update(some, ["week"], batch_size=100)
        last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [("digest", "0005_inbox")]
    operations = [
        migrations.AddField(
            "article",
            "week",
            digest.derived.WeekField(default=0, editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(work_out, migrations.RunPython.noop),
        migrations.AddIndex(
            "article",
            models.Index(
                condition=models.Q(("taken_down_at__isnull", True)),
                fields=["week", "category", "position"],
                name="article_weeks",
            ),
        ),
    ]
