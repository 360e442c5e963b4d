from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.foundation.db import db
from tests.conftest import FreshClient, config_for


@pytest.fixture
def demo(demo_home: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of the demo company, with its context pushed."""
    home = tmp_path / "demo"
    shutil.copytree(demo_home, home)
    app = create_app(config_for(home))
    app.test_client_class = FreshClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
