#!/usr/bin/env python
"""Digest's commands: `manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings, so that a deployer's slip is one line.
    except (ImproperlyConfigured, ValueError) as slip:
        sys.exit(f"digest: {slip}")
    from django.db import DatabaseError, InterfaceError

    try:
        execute_from_command_line(sys.argv)
    except (DatabaseError, InterfaceError, OSError) as error:
        from digest import faults

        if "--traceback" in sys.argv or faults.of(error) is None:
            raise
        sys.exit(f"digest: {faults.words(error)}")


if __name__ == "__main__":
    main()
