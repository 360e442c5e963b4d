"""Runs the migrations inside the application's own engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app import tables
from app.foundation.db import db


@contextmanager
def keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """Let SQLite copy tables that others refer to, and check all keys when the copies stand.

    Why: it changes a table by making a new one and dropping the old one, which it refuses while rows
    elsewhere refer to it. The way it documents is to look away meanwhile, which it hears only between
    transactions.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"A migration left rows that refer to nothing: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    engine = db.engine.execution_options(write=True)
    with engine.connect() as connection, keys_checked_at_the_end(connection):
        context.configure(
            connection=connection,
            target_metadata=tables.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=False,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    current_app.logger.debug("migrations done")


run()
