"""Register and map ask the database the same however many risks there are, and no event of a single risk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.foundation.clock import Clock
from tests.factories.browser import Browser
from tests.factories.statements import statements_sent
from tests.risks.conftest import MakeRisk

AsRole = Callable[..., Browser]
Strike = Callable[[int], int]
PAGES = (
    "/risks",
    "/risks?sort=priority",
    "/risks?appetite=above&moved=up&moved=down&stands=higher&stands=waits",
    "/risks/map",
    "/risks/map?by=supplier",
)


MOST_OF_EVENTS = 8  # also where several filters ask where risks stand
LIMITS = ("recorded_at >", "anchor_day >=", "occurred_at >=", "supplier_id")  # a time, or an index


def of_the_ledger(statements: list[str]) -> list[str]:
    """Those that read events."""
    return [one for one in statements if "FROM quality_event" in one or "JOIN quality_event" in one]


def asked_by(browser: Browser) -> dict[str, list[str]]:
    """What each page sends to the database, once it has been opened before."""
    found = {}
    for path in PAGES:
        browser.get(path)
        with statements_sent() as found[path]:
            browser.get(path)
    return found


@pytest.mark.slow
def test_twenty_and_two_hundred_risks_cost_the_same(
    as_role: AsRole, make_risk: MakeRisk, strike: Strike, clock: Clock
) -> None:
    risks = [make_risk("2-4") for _number in range(20)]
    clock.advance(timedelta(days=100))
    for risk_id in risks:
        strike(risk_id)
    browser = as_role("quality_manager")
    few = asked_by(browser)

    for _number in range(180):
        make_risk("2-4")
    many = asked_by(browser)

    assert {path: len(sent) for path, sent in many.items()} == {path: len(sent) for path, sent in few.items()}
    of_events = {one for sent in many.values() for one in of_the_ledger(sent)}
    assert [one for one in of_events if not any(limit in one for limit in LIMITS)] == []
    assert max(len(of_the_ledger(sent)) for sent in many.values()) < MOST_OF_EVENTS
