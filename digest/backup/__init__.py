"""A backup: the database and the media in one file, made while the site runs, and the way back.

The database is taken as it is at one moment, the media after it: picture files are named for what
is in them and are never changed, so that those which the database names are all there.
"""

from digest.backup.archive import Manifest, restore, verify, write
from digest.backup.databases import BackupError

__all__ = ["BackupError", "Manifest", "restore", "verify", "write"]
