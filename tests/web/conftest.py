from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.once import Facts, once
from tests.web import hostile, pseudo, small_app
from tests.web.house import House, a_house, house_of


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
    return _house(tmp_path_factory, "marked", lambda home: a_house(migrated_home, home, pseudo.data))


@pytest.fixture(scope="session")
def hostile_house(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same company, with words that act wherever they are not shown as words."""
    return _house(tmp_path_factory, "hostile", lambda home: a_house(migrated_home, home, hostile.hostile))


def _house(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Facts]) -> House:
    return house_of(once(factory, name, make)[1])
