"""The commit whose list was taken in last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editorial", "0004_presence_since")]

    operations = [
        migrations.CreateModel(
            name="Upstream",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("commit", models.CharField(max_length=64)),
                ("path", models.TextField()),
                ("taken_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="upstream_is_one_row"
                    )
                ],
            },
        ),
    ]
