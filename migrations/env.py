"""Runs the migrations inside the application's own engine."""

from __future__ import annotations

from alembic import context
from flask import current_app

from app import tables
from app.foundation.db import db


def run() -> None:
    engine = db.engine.execution_options(write=True)
    with engine.connect() as connection:
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
