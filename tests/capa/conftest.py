from __future__ import annotations

from tests.scenarios.conftest import company, scenario

__all__ = ["company", "scenario"]
