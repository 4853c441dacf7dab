"""The search index, and in it every article that there is."""

from typing import ClassVar

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

import digest.search.fields
from digest.search.fields import TOKENIZER

# The index of first characters is for queries of one Chinese character: it stands for all pairs that
# begin with it, which would have to be merged first.
FTS5 = f"""
CREATE VIRTUAL TABLE digest_searchdocument USING fts5(
    heading, text, fingerprint UNINDEXED, tokenize="{TOKENIZER}", prefix='1'
)
"""
GIN = "CREATE INDEX digest_searchdocument_gin ON digest_searchdocument USING gin (heading, text)"


class CreateSearchTable(migrations.CreateModel):
    """A table that Django's schema editor cannot make whole: a virtual one, or one with GIN.

    A later change of the model has to be written by hand as well.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make it."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(FTS5)
        else:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            schema_editor.execute(GIN)


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take in the articles that are there."""
    from digest.search.index import BATCH, READ, contents  # noqa: PLC0415 - models are loaded by now

    using = schema_editor.connection.alias
    model = {
        name: apps.get_model(label, name)._default_manager.using(using)
        for label, name in (
            ("digest", "Article"),
            ("digest", "SearchDocument"),
            ("taggit", "TaggedItem"),
        )
    }
    last = 0
    while articles := list(model["Article"].filter(pk__gt=last).only(*READ).order_by("pk")[:BATCH]):
        last = articles[-1].pk
        names: dict[int, list[str]] = {article.pk: [] for article in articles}
        tags = model["TaggedItem"].filter(
            content_type__app_label="digest", content_type__model="article", object_id__in=names
        )
        for pk, name in tags.values_list("object_id", "tag__name"):
            names[pk].append(name)
        model["SearchDocument"].bulk_create(
            model["SearchDocument"].model(
                article_id=article.pk, **contents(article, names[article.pk])
            )
            for article in articles
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("digest", "0002_readme_row"),
    ]

    operations: ClassVar = [
        CreateSearchTable(
            name="SearchDocument",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        db_column="rowid",
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="digest.article",
                    ),
                ),
                ("heading", digest.search.fields.TokensField()),
                ("text", digest.search.fields.TokensField()),
                ("fingerprint", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
