"""What the filters count by, and the sizes that pictures are kept in."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import digest.derived
from digest.derived import has_link, month_of

BATCH = 1_000
COLUMNS = ("month", "has_code", "has_paper", "has_picture")


def work_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the columns of the articles that are there."""
    manager = apps.get_model("digest", "Article").objects.using(schema_editor.connection.alias)
    articles = manager.only("published_at", "links", "picture")
    for start in range(0, last := articles.count(), BATCH):
        some = list(articles.order_by("pk")[start : min(start + BATCH, last)])
        for article in some:
            article.month = month_of(article)
            article.has_code = has_link(article, "code")
            article.has_paper = has_link(article, "paper")
            article.has_picture = bool(article.picture)
        manager.bulk_update(some, COLUMNS, batch_size=100)


class Migration(migrations.Migration):
    dependencies = [("digest", "0003_search")]
    operations = [
        migrations.AddField(
            "article", "picture_width", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "article", "picture_height", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "article", "picture_widths", models.JSONField(blank=True, default=list, editable=False)
        ),
        migrations.AddField(
            "article",
            "month",
            digest.derived.MonthField(default=0, editable=False),
            preserve_default=False,
        ),
        migrations.AddField("article", "has_code", digest.derived.HasCodeField()),
        migrations.AddField("article", "has_paper", digest.derived.HasPaperField()),
        migrations.AddField("article", "has_picture", digest.derived.HasPictureField()),
        migrations.RunPython(work_out, migrations.RunPython.noop),
        migrations.AddIndex(
            "article",
            models.Index(
                condition=models.Q(("taken_down_at__isnull", True)),
                fields=["month", "category", "has_code", "has_paper", "has_picture"],
                name="article_counts",
            ),
        ),
    ]
