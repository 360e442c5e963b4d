"""Storage: the declarative base, the engine's settings, and the session that only reads.

Recipe (measured): `db.session` reads; writing goes through `unit_of_work()`, whose connection carries the
execution option `write=True`. On SQLite its transaction begins with BEGIN IMMEDIATE, because a deferred
transaction that upgrades from read to write fails at once when another writer is busy.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pysqlite3.dbapi2
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.foundation.errors import Broken

SAFE_SQLITE = (3, 51, 3)  # older ones may lose a commit with two writers in WAL mode
BUSY_MILLISECONDS = 10_000
LOCK_TIMEOUT = "3s"
STATEMENTS = 3_000  # Keel has more than the 500 SQLAlchemy keeps compiled: pages in turn made theirs anew

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise Broken("A moment without a time zone cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what the driver read into an aware UTC moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of all tables: named constraints, aware moments."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}


class ReadOnlySession(BoundSession):
    """The request's session. It reads; a flush with changes is a programming error."""

    def flush(self, objects: Any = None) -> None:
        """Refuse to write."""
        if self.new or self.dirty or self.deleted:
            raise Broken("This session only reads. Write through unit_of_work().")
        super().flush(objects)


# Our tables hang on `Base`, not on `db.Model`: nothing below the web needs an application to be declared.
db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": ReadOnlySession})


def sqlite_driver() -> ModuleType:
    """Return the SQLite driver with a library new enough for several writers, else the newest there is."""
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return sqlite3
    driver: ModuleType = pysqlite3.dbapi2
    return driver


def is_sqlite_safe() -> bool:
    """Tell whether several processes may write the same SQLite file."""
    return tuple(sqlite_driver().sqlite_version_info) >= SAFE_SQLITE


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine settings for a database address."""
    if url.startswith("sqlite"):
        return {
            "module": sqlite_driver(),
            "connect_args": {"timeout": BUSY_MILLISECONDS / 1000},
            "query_cache_size": STATEMENTS,
            "pool_use_lifo": True,  # the connection used last still has its pages; others read theirs again
        }
    return {"query_cache_size": STATEMENTS, "pool_pre_ping": True, "pool_size": 8}


def prepare_engine(engine: Engine) -> None:
    """Attach the recipe's listeners to an engine: pragmas at connect, BEGIN IMMEDIATE for writers."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    else:
        event.listen(engine, "connect", _set_time_limits)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin listener sends BEGIN itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else REPLACE passes the trail's triggers by
        "trusted_schema=OFF",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _set_time_limits(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        is_writer = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
