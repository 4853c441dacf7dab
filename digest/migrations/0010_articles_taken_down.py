"""The articles that were taken down, for a search to leave them out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("digest", "0009_article_venue")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("taken_down_at__isnull", False)),
                fields=["id"],
                name="article_taken_down",
            ),
        ),
    ]
