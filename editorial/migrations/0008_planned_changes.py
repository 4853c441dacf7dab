"""The rows of an incoming README's plan."""

import django.db.models.deletion
from django.db import migrations, models

import editorial.models


class Migration(migrations.Migration):
    dependencies = [("editorial", "0007_links")]

    operations = [
        migrations.AlterModelOptions(
            "outline",
            {
                "ordering": ["-pk"],
                "verbose_name": "incoming README",
                "verbose_name_plural": "incoming READMEs",
            },
        ),
        migrations.AddField(
            "outline",
            "planned_at",
            models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            "outline",
            "asks",
            models.JSONField(
                blank=True, default=editorial.models.asks_for_its_frame, editable=False
            ),
        ),
        migrations.CreateModel(
            "PlannedChange",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nth", models.PositiveIntegerField()),
                ("key", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=12)),
                ("line", models.PositiveIntegerField(default=0)),
                ("headline", models.TextField(blank=True, default="")),
                ("section", models.TextField(blank=True, default="")),
                ("details", models.JSONField(default=dict)),
                ("ticked", models.BooleanField(default=False)),
                ("choice", models.JSONField(default=dict)),
                (
                    "outline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planned",
                        to="editorial.outline",
                    ),
                ),
            ],
            options={
                "ordering": ["nth"],
                "indexes": [
                    models.Index(fields=["outline", "kind", "nth"], name="planned_by_kind")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outline", "key"), name="one_planned_change_a_key"
                    )
                ],
            },
        ),
    ]
