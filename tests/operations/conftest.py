from tests.transfer.conftest import run

__all__ = ["run"]
