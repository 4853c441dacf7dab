import pytest

from tests.editorial.factories import People


@pytest.fixture
def people(db: None) -> People:
    return People()
