from __future__ import annotations

import pytest
from flask import Flask

from tests.approvals.plans import Plans, some_plans


@pytest.fixture
def plans(app: Flask) -> Plans:
    """An author, four managers, two owners and two directors at one site."""
    assert app.testing
    company = some_plans()
    company.hire("anna")
    company.hire("mia", "max", "mel", "mo", roles=["quality_manager"])
    company.hire("olga", "otto", roles=["process_owner"])
    company.hire("tara", "tom", roles=["top_management"])
    return company
