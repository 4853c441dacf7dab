from tests.transfer.conftest import run, seed

__all__ = ["run", "seed"]
