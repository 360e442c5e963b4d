"""Applications that stand ready for tests: building one takes longer than most tests do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import lifecycles
from app.factory import create_app
from app.foundation.db import db
from app.workflow.definitions import Definition, definitions
from app.workflow.models import DefinitionVersion
from config import Config


class FreshClient(FlaskClient):
    """A client whose requests have an application context, and so a `g`, of their own, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()  # the test reads next what the request wrote
        return answer


def config_for(home: Path, url: str | None = None) -> Config:
    return Config(
        home=home,
        database_url=url or f"sqlite:///{home / 'keel.db'}",
        secret_key="a secret for tests only, long enough to pass",
        is_testing=True,
        fast_passwords=True,
    )


@contextmanager
def settled(home: Path) -> Iterator[Flask]:
    """Open an application whose database is one file at the end, ready to be copied."""
    app = create_app(config_for(home))
    with app.app_context():
        yield app
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


class Stand:
    """Lends an application with a database of its own, and takes it back as it was.

    Effects: the home folder of an application is made anew from the template at each loan. Whoever adds
    routes to an application or stops it builds one of his own instead.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """Keep the homes of the applications in `folder`; with a URL they all use the database there."""
        self._folder, self._url = folder, url
        self._free: list[Flask] = []
        self._count = 0

    @contextmanager
    def opened(self, template: Path) -> Iterator[Flask]:
        """Lend an application on a copy of the home `template`, with its context pushed."""
        app = self._free.pop() if self._free else self._built()
        home: Path = app.config["KEEL"].home
        shutil.copytree(template, home)
        lifecycles.wire()  # as building one does: the test before may have wired others
        extensions, settings = dict(app.extensions), dict(app.config)
        try:
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()
        finally:
            for kept, now in ((extensions, app.extensions), (settings, app.config)):
                now.clear()
                now.update(kept)
            shutil.rmtree(home)
        self._free.append(app)

    def _built(self) -> Flask:
        self._count += 1
        app = create_app(config_for(self._folder / f"home-{self._count}", self._url))
        app.test_client_class = FreshClient
        return app


@dataclass
class Template:
    """A home with published definitions, copied and never changed, and what was compiled of them."""

    home: Path
    compiled: dict[int, Definition] = field(default_factory=dict)

    @contextmanager
    def opened(self, stand: Stand) -> Iterator[Flask]:
        """Lend an application on a copy of it, with its context pushed."""
        with stand.opened(self.home) as app:
            published = set(db.session.scalars(select(DefinitionVersion.id)))
            db.session.rollback()
            definitions.clear()
            definitions._by_version.update(self.compiled)
            yield app
            kept = {key: one for key, one in definitions._by_version.items() if key in published}
            self.compiled.update(kept)
            definitions.clear()
