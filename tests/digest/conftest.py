from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Speak Chinese before and after: a request to an English page leaves its language behind."""
    with translation.override("zh-hans"):
        yield
