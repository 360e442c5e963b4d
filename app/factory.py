"""Builds the Flask application: storage, presentation, blueprints. Wired by explicit lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from app.foundation.db import db, engine_options, prepare_engine

if TYPE_CHECKING:
    from config import Config

BLUEPRINTS: tuple[Blueprint, ...] = ()


def create_app(config: Config) -> Flask:
    """Return an application for these settings; nothing is read from the database yet."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        TESTING=config.is_testing,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        KEEL=config,
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
