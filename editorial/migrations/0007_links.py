import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("digest", "0003_search"),
        ("editorial", "0006_last_word_of_the_readme"),
    ]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.TextField(verbose_name="address")),
                ("fingerprint", models.CharField(editable=False, max_length=64, unique=True)),
                ("host", models.CharField(db_index=True, max_length=255, verbose_name="host")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "not checked yet"),
                            ("ok", "ok"),
                            ("redirected", "redirected"),
                            ("blocked", "blocked"),
                            ("suspect", "suspect"),
                            ("dead", "dead"),
                        ],
                        default="new",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=200,
                        verbose_name="reason",
                    ),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="HTTP status"
                    ),
                ),
                ("target", models.TextField(blank=True, default="", verbose_name="leads to")),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, verbose_name="failures in a row"),
                ),
                (
                    "failing_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="failing since"),
                ),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last checked"),
                ),
                ("next_check_at", models.DateTimeField(verbose_name="next check")),
                (
                    "claimed_by",
                    models.CharField(blank=True, default="", editable=False, max_length=32),
                ),
                ("claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "link",
                "verbose_name_plural": "links",
                "ordering": ["host", "pk"],
                "indexes": [
                    models.Index(fields=["next_check_at"], name="link_due"),
                    models.Index(fields=["state", "-checked_at"], name="link_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["new", "ok", "redirected", "blocked", "suspect", "dead"])
                        ),
                        name="link_state_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "not checked yet"),
                            ("ok", "ok"),
                            ("redirected", "redirected"),
                            ("blocked", "blocked"),
                            ("suspect", "suspect"),
                            ("dead", "dead"),
                        ],
                        max_length=10,
                        verbose_name="state afterwards",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="HTTP status"
                    ),
                ),
                ("target", models.TextField(blank=True, default="", verbose_name="leads to")),
                (
                    "milliseconds",
                    models.PositiveIntegerField(default=0, verbose_name="milliseconds"),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="editorial.link",
                        verbose_name="link",
                    ),
                ),
            ],
            options={
                "verbose_name": "check of a link",
                "verbose_name_plural": "checks of links",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="digest.article",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="editorial.link",
                    ),
                ),
                (
                    "passage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="digest.passage",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="editorial.revision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("article__isnull", False),
                                ("passage__isnull", True),
                                ("revision__isnull", True),
                            ),
                            models.Q(
                                ("article__isnull", True),
                                ("passage__isnull", True),
                                ("revision__isnull", False),
                            ),
                            models.Q(
                                ("article__isnull", True),
                                ("passage__isnull", False),
                                ("revision__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="mention_is_in_one_place",
                    )
                ],
            },
        ),
    ]
