"""Backup and restore of everything a server holds: database, files, checkpoints. Never the secret.

The database is copied first and the files after it: a file is written before its row and removed long after,
so every file that the copied rows name is there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from app.foundation.archive import CHECKPOINTS, Manifest, extract, read_verified, write_archive
from app.foundation.database_copies import copy_database, fill_database, is_empty_database, member_of
from app.foundation.db import engine_options
from app.foundation.errors import Refused
from app.foundation.file_scanner import Scanner
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _

FILES = "files"
MARKER = "restore-not-finished"

OnProgress = Callable[[str], None]


class HomeNotEmpty(Refused):
    """A restore goes into an empty home only."""


class WrongDatabase(Refused):
    """The backup is of the other kind of database."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is backed up, or restored into: the home folder and the database's address."""

    home: Path
    database_url: str
    scan_command: str | None = None

    @property
    def store(self) -> FileStore:
        """Return the store of the users' files."""
        return FileStore(self.home / FILES, Scanner.of(self.scan_command))


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What was written, and the hashes of contents that rows name but the store has lost."""

    manifest: Manifest
    missing_files: tuple[str, ...]


def back_up(place: Place, target: Path, facts: Mapping[str, Any], tell: OnProgress) -> BackupResult:
    """Write a backup while the server runs.

    Shape: `facts` go into the manifest; `tell` gets a line for each long step.
    Errors: BackupExists, CopyFailed.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=place.home) as folder:
        tell(_("Copying the database …"))
        copy = Path(folder) / member_of(place.database_url)
        copy_database(place.database_url, copy)
        members = {copy.name: copy}
        if (place.home / CHECKPOINTS).exists():
            members[CHECKPOINTS] = Path(shutil.copy(place.home / CHECKPOINTS, folder))
        named = _named_files(place.database_url)
        missing = tuple(sha256 for sha256 in named if not place.store.has(sha256))
        members |= {_member(sha256): place.store.path(sha256) for sha256 in named if sha256 not in missing}
        tell(_("Writing %(count)s files …", count=len(members)))
        return BackupResult(write_archive(target, members, facts), missing)


def restore(source: Path, place: Place, tell: OnProgress) -> Manifest:
    """Put a backup into an empty home, after every hash was compared.

    Effects: all or nothing. Until the last step a marker in the home keeps a server from starting on half
        of it; calling again after an interruption clears the rest and begins anew.
    Errors: DamagedBackup, HomeNotEmpty, WrongDatabase, CopyFailed.
    """
    tell(_("Comparing the hashes of the backup …"))
    manifest = read_verified(source)
    database = member_of(place.database_url)
    if database not in manifest.hashes:
        raise WrongDatabase(
            _("This backup is of the other kind of database. Change KEEL_DATABASE_URL to fit it.")
        )
    _clear_unfinished(place)
    _refuse_used(place)
    place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place.home / MARKER).touch(mode=0o600)
    try:
        tell(_("Restoring %(count)s files …", count=len(manifest.hashes)))
        for name, expected in manifest.hashes.items():
            extract(source, name, place.home / name, expected)
        fill_database(place.database_url, place.home / database)
    except BaseException:
        _clear_unfinished(place)
        raise
    (place.home / database).unlink(missing_ok=True)
    (place.home / MARKER).unlink()
    return manifest


def is_unfinished(home: Path) -> bool:
    """Tell whether a restore into this home was interrupted."""
    return (home / MARKER).exists()


def _member(sha256: str) -> str:
    return f"{FILES}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _named_files(url: str) -> list[str]:
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect() as connection:
            return list(connection.scalars(select(StoredFile.sha256).distinct().order_by(StoredFile.sha256)))
    finally:
        engine.dispose()


def _refuse_used(place: Place) -> None:
    is_used = (place.home / FILES).exists() or (place.home / CHECKPOINTS).exists()
    if is_used or not is_empty_database(place.database_url):
        raise HomeNotEmpty(
            _("There is data already; nothing was changed. Restore into an empty KEEL_HOME and database.")
        )


def _clear_unfinished(place: Place) -> None:
    if not is_unfinished(place.home):
        return
    shutil.rmtree(place.home / FILES, ignore_errors=True)
    for name in (CHECKPOINTS, member_of(place.database_url)):
        (place.home / name).unlink(missing_ok=True)
    (place.home / MARKER).unlink()
