"""The application as the commands use it: built from the environment, refused when it is unsafe."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from app import lifecycles
from app.cli import startup
from app.factory import create_app
from app.foundation.db import db
from app.foundation.installation import load_clock
from app.foundation.migrations import is_current
from config import Config, load_config


@dataclass(frozen=True, slots=True)
class Server:
    """An application with its settings; its context is pushed."""

    app: Flask
    config: Config


@contextmanager
def bare_server(environment: Mapping[str, str] = os.environ) -> Iterator[Server]:
    """Give the application as it is, whatever state its database is in."""
    config = load_config(environment)
    app = create_app(config)
    lifecycles.wire()
    with app.app_context():
        try:
            yield Server(app, config)
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def ready_server() -> Iterator[Server]:
    """Give the application on a database that is initialised and up to date, with its clock.

    Errors: UnsafeStart.
    """
    with bare_server() as server:
        startup.check_restore(server.config)
        if not is_current(db.engine):
            raise startup.UnsafeStart(startup.not_ready())
        if load_clock(db.session()) is None:
            raise startup.UnsafeStart(startup.not_installed())
        db.session.rollback()
        yield server
