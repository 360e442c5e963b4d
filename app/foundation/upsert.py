"""The one statement that differs between SQLite and PostgreSQL: insert, or change what is there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_into(session: Session, model: type[Any]) -> Any:
    """Return an INSERT of the session's database that knows `on_conflict_do_update` and `…_do_nothing`.

    Shape: SQLite's and PostgreSQL's INSERT share these methods but no type, hence Any.
    """
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(model)
    return postgresql.insert(model)
