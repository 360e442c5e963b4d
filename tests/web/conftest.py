from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import small_app


@pytest.fixture
def small() -> Flask:
    """The presentation kit in a small application of its own."""
    return small_app.build()


@pytest.fixture
def visitor(small: Flask) -> FlaskClient:
    """A browser of a signed-in person in the small application."""
    return small.test_client()
