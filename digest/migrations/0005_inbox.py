import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("digest", "0004_counts_and_picture_sizes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sender", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["sender", "at"], name="sending_by_sender"),
                    models.Index(fields=["at"], name="sending_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.TextField(verbose_name="address")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(verbose_name="sent")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="digest.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a link",
                "verbose_name_plural": "reports of links",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at", None)),
                        fields=("article", "url"),
                        name="one_open_report_of_a_link",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=500, verbose_name="paper")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("why", models.TextField(max_length=2000, verbose_name="why it matters")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="from")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("accepted", "accepted"),
                            ("merged", "in the list already"),
                            ("declined", "declined"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.TextField(blank=True, default="", verbose_name="answer")),
                ("revision", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(verbose_name="sent")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="digest.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state", "-id"], name="suggestion_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "waiting")),
                            ("decided_at__isnull", False),
                            _connector="OR",
                        ),
                        name="suggestion_says_when_it_was_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), ("url", ""), _negated=True),
                        name="suggestion_names_a_paper",
                    ),
                ],
            },
        ),
    ]
