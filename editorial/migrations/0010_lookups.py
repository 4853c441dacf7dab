"""What a registry said of a paper when it was asked last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("digest", "0007_what_a_paper_is"),
        ("editorial", "0009_rules_that_live_articles_break"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lookup",
            fields=[
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lookup",
                        serialize=False,
                        to="digest.paper",
                        verbose_name="paper",
                    ),
                ),
                ("identity", models.CharField(max_length=600)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("found", "found"),
                            ("withdrawn", "withdrawn by its authors"),
                            ("missing", "not known there"),
                            ("other", "another title there"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="note"),
                ),
                ("said", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ("found", "withdrawn", "missing", "other"))
                        ),
                        name="lookup_outcome_is_known",
                    )
                ],
            },
        ),
    ]
