from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import hostile, pseudo, small_app
from tests.web.house import House, a_house


@pytest.fixture
def small() -> Flask:
    """The presentation kit in a small application of its own."""
    return small_app.build()


@pytest.fixture
def visitor(small: Flask) -> FlaskClient:
    """A browser of a signed-in person in the small application."""
    return small.test_client()


@pytest.fixture(scope="session")
def marked_house(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A company with something of everything, whose typed words are marked as such; copied, never changed."""
    return a_house(migrated_home, tmp_path_factory.mktemp("marked"), pseudo.data)


@pytest.fixture(scope="session")
def hostile_house(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same company, with words that act wherever they are not shown as words."""
    return a_house(migrated_home, tmp_path_factory.mktemp("hostile"), hostile.hostile)
