from __future__ import annotations

import pytest
from flask import Flask

from tests.trail.forgery import write_deeds


@pytest.fixture
def deeds(any_app: Flask) -> int:
    """Ten deeds after the installation: entries 2 to 11."""
    assert any_app.testing
    write_deeds(10)
    return 11
