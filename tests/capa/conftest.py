from __future__ import annotations

from tests.scenarios.conftest import app, company, populated, scenario

__all__ = ["app", "company", "populated", "scenario"]
