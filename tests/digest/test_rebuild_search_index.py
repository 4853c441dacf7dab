"""``manage.py rebuild_search_index`` makes search say what the articles say, and checks it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from digest.models import Article, SearchDocument
from digest.search import index
from tests.digest.test_search import found, publish
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def rebuild(**options: bool) -> str:
    out = StringIO()
    call_command("rebuild_search_index", stdout=out, **options)
    return out.getvalue()


def test_it_takes_in_every_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 2)
    for number in range(5):
        ArticleFactory.create(headline=f"微调{number}", tags=["强化"])
    assert not found("微调")
    assert rebuild() == "5 articles read anew for search\n"
    assert len(found("微调")) == len(found("强化")) == 5
    rebuild(check=True)


def test_twice_is_once() -> None:
    publish(headline="微调", tags=["LLM", "a"])
    before = list(SearchDocument.objects.values())
    rebuild()
    assert list(SearchDocument.objects.values()) == before


def test_it_says_what_is_not_in_step() -> None:
    assert rebuild(check=True) == "search is in step with the articles\n"
    ArticleFactory.create()
    changed, tagged = publish(), publish(tags=["a"])
    Article.objects.filter(pk=changed.pk).update(headline_html="新")
    tagged.tags.set(["b"])
    with pytest.raises(CommandError, match="1 articles missing, 2 outdated, 0 left over"):
        rebuild(check=True)
    rebuild()
    assert rebuild(check=True)
    assert found("新")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps the foreign key")
def test_what_is_left_over_goes() -> None:
    SearchDocument.objects.create(article_id=1_000_000, heading="a", text="a", fingerprint=0)
    with pytest.raises(CommandError, match="1 left over"):
        rebuild(check=True)
    rebuild()
    rebuild(check=True)
