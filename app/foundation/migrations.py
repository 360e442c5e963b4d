"""Brings a database to the present schema, and tells whether it is there.

Only bringing it there loads Alembic: with what it draws in it weighs as much as a tenth of a web process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table
from sqlalchemy.engine import Engine

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_NAMED = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)
_STANDING = table("alembic_version", column("version_num"))


def _config() -> AlembicConfig:
    config: AlembicConfig = import_module("alembic.config").Config(FOLDER / "alembic.ini")
    return config


def migrate() -> None:
    """Run all pending migrations on the application's database. Safe to call again; needs the app context."""
    import_module("alembic.command").upgrade(_config(), "head")


def known_revisions() -> frozenset[str]:
    """Return the revisions this version of Keel knows; a database at another one is a later version's."""
    return frozenset(_former())


def revision_of(engine: Engine) -> str | None:
    """Return the revision a database stands at, None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_STANDING.name):
            return None
        return connection.scalar(select(_STANDING.c.version_num))


def is_current(engine: Engine) -> bool:
    """Tell whether the database is at the newest migration."""
    return revision_of(engine) == newest_revision()


def newest_revision() -> str:
    """Return the revision that no other builds on; tests see to it that there is one."""
    former = _former()
    (newest,) = former.keys() - set(former.values())
    return newest


@lru_cache(maxsize=1)
def _former() -> Mapping[str, str | None]:
    """Return each revision with the one it builds on; the files are read once for each process."""
    found = [dict(_NAMED.findall(file.read_text())) for file in (FOLDER / "versions").glob("*.py")]
    return {one["revision"]: one["down_revision"] or None for one in found}
