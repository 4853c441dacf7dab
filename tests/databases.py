"""The test's own database, for another process."""

from django.db import connection


def address() -> str:
    """Return its address, as ``DATABASE_URL`` has it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)
