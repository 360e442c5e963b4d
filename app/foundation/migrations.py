"""Brings a database to the present schema, and tells whether it is there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def _config() -> AlembicConfig:
    return AlembicConfig(FOLDER / "alembic.ini")


def migrate() -> None:
    """Run all pending migrations on the application's database. Safe to call again; needs the app context."""
    command.upgrade(_config(), "head")


def known_revisions() -> frozenset[str]:
    """Return the revisions this version of Keel knows; a database at another one is a later version's."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def is_current(engine: Engine) -> bool:
    """Tell whether the database is at the newest migration."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present == _newest()


@lru_cache(maxsize=1)
def _newest() -> str | None:
    """Return the newest revision of this version of Keel; the files are read once for each process."""
    return ScriptDirectory.from_config(_config()).get_current_head()
