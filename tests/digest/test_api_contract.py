"""The API keeps to its own document, whatever good or bad requests schemathesis thinks of."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import given, settings
from schemathesis import GenerationMode

from digest.api.document import document
from digest.search import index
from digest.wsgi import application
from tests.factories import ArticleFactory, CategoryFactory, PaperFactory

PATHS = list(document("http://localhost/api/v1")["paths"])
TRIED = [
    (path, mode)
    for path in PATHS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or "{slug}" not in path  # which any text may be
]


@pytest.fixture
def contract(db: None) -> Iterator[Any]:
    """Return the document as served, of a list with all that an entry can lack."""
    section = CategoryFactory.create(title="调优 & “A”", slug="tuning")
    paper = PaperFactory.create(
        authors="Dettmers, Tim\nOpenAI", published_on="2023-05", venue="NeurIPS"
    )
    here = ArticleFactory.create(category=section, paper=paper, tags=["LLM", "微调"])
    there = ArticleFactory.create(paper=None, links=[["paper", "file:///C:/x.pdf"]])
    ArticleFactory.create(category=section, taken_down_at=here.updated_at)
    index.write([here, there], {here.pk: ["LLM", "微调"]}, fresh=False)
    signals = (request_started, request_finished)
    for signal in signals:  # as Django's own client does: the connection is the test's
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "mode"), TRIED, ids=str)
def test_no_answer_is_one_that_the_document_does_not_tell_of(
    contract: Any, path: str, mode: GenerationMode
) -> None:
    @settings(max_examples=30)
    @given(case=contract[path]["GET"].as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        case.call_and_validate()

    holds()
