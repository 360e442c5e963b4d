from __future__ import annotations

import pytest
from flask import Flask

from tests.trail.forgery import write_deeds


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """An application on SQLite, then one on PostgreSQL."""
    name = "app" if request.param == "sqlite" else "pg_app"
    application: Flask = request.getfixturevalue(name)
    return application


@pytest.fixture
def deeds(any_app: Flask) -> int:
    """Ten deeds after the installation: entries 2 to 11."""
    assert any_app.testing
    write_deeds(10)
    return 11
