from __future__ import annotations

from tests.scenarios.conftest import app, company, scenario, template

__all__ = ["app", "company", "scenario", "template"]
