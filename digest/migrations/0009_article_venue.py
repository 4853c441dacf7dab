"""The venue of an article's paper beside the article, for an index to find and sort by."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def take_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the articles the venues that are known."""
    alias = schema_editor.connection.alias
    known = apps.get_model("digest", "Paper").objects.using(alias).exclude(venue="")
    of_paper = known.filter(pk=OuterRef("paper")).values("venue")
    articles = apps.get_model("digest", "Article").objects.using(alias)
    articles.filter(paper__in=known).update(venue=Subquery(of_paper))


class Migration(migrations.Migration):
    dependencies = [("digest", "0008_subscriptions")]

    operations = [
        migrations.RemoveIndex(model_name="paper", name="paper_by_venue"),
        migrations.AddField(
            model_name="article",
            name="venue",
            field=models.CharField(blank=True, default="", editable=False, max_length=300),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("taken_down_at__isnull", True)),
                fields=["venue", "-published_at", "-id"],
                name="article_by_venue",
            ),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
