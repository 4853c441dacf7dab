"""Who wrote a paper, when and where it appeared."""

import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("digest", "0006_weeks"),
    ]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="authors",
            field=models.TextField(blank=True, default="", verbose_name="authors"),
        ),
        migrations.AddField(
            model_name="paper",
            name="published_on",
            field=models.CharField(blank=True, default="", max_length=10, verbose_name="appeared"),
        ),
        migrations.AddField(
            model_name="paper",
            name="venue",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="venue"),
        ),
        migrations.AddField(
            model_name="paper",
            name="venue_kind",
            field=models.CharField(
                blank=True,
                choices=[("journal", "journal"), ("conference", "conference")],
                default="",
                max_length=10,
                verbose_name="kind of venue",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["venue"], name="paper_by_venue"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.In(
                    django.db.models.functions.text.Length("published_on"), (0, 4, 7, 10)
                ),
                name="paper_appeared_in_year_month_or_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("venue_kind__in", ("", "journal", "conference"))),
                name="paper_venue_kind_is_known",
            ),
        ),
    ]
