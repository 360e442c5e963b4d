from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.foundation import clock
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.settings import SHIPPED, to_values
from app.quality_events.weight_changes import decide
from app.risks.briefing import briefing
from app.risks.models import Appetite
from tests.factories.browser import Browser
from tests.risks.conftest import MakeRisk

AsRole = Callable[..., Browser]
Strike = Callable[[int], int]


def test_the_score_of_a_past_day_is_what_was_known_then(
    as_role: AsRole, make_risk: MakeRisk, strike: Strike
) -> None:
    risk_id = make_risk("2-4")
    clock.clock.freeze(clock.now().replace(day=20))
    strike(risk_id)
    browser = as_role("quality_manager")

    today = browser.get(f"/risks/{risk_id}/why").text
    before = browser.get(f"/risks/{risk_id}/why?on=2026-03-19").text

    assert "1 event indicates 12" in today or "12 High" in today
    assert "12 High" not in before
    assert "On 19 Mar 2026" in before


def test_a_day_before_the_first_assessment_says_so(as_role: AsRole, make_risk: MakeRisk) -> None:
    risk_id = make_risk("2-4")

    page = as_role("quality_manager").get(f"/risks/{risk_id}/why?on=2025-01-01").text

    assert "not assessed yet" in page


def test_only_who_governs_may_set_the_appetite(
    as_role: AsRole, make_risk: MakeRisk, places: dict[str, int]
) -> None:
    make_risk("3-3", category="people")
    answers = {"category": "people", "site": str(places["GDA"]), "appetite": "8", "reason": "No burns."}

    assert as_role("auditor", user_name="anna").post("/risks/appetite", **answers).status_code == 403
    boss = as_role("quality_manager", user_name="berta")
    assert boss.post("/risks/appetite", **answers).status_code == 303

    assert [(one.category, one.appetite) for one in db.session.query(Appetite)] == [("people", 8)]
    assert "No burns." in boss.get("/risks/appetite").text
    assert "Seals leak" in boss.get("/risks?appetite=above&risk_kind=risk").text


@pytest.mark.parametrize(("key", "value"), [("appetite", "26"), ("site", "4711"), ("category", "luck")])
def test_an_appetite_that_makes_no_sense_is_refused(as_role: AsRole, key: str, value: str) -> None:
    answers = {"category": "all", "site": "all", "appetite": "6", "reason": "Why not", key: value}

    assert as_role("quality_manager").post("/risks/appetite", **answers).status_code == 422


def test_the_register_sorts_by_priority_across_pages(
    as_role: AsRole, make_risk: MakeRisk, strike: Strike
) -> None:
    calm, struck = make_risk("3-3", title="Calm"), make_risk("2-4", title="Struck")
    strike(struck)

    page = as_role("quality_manager").get("/risks?risk_kind=risk").text

    assert calm
    assert page.index("Struck") < page.index("Calm")
    assert "↑ up" in page


def test_a_briefing_names_the_gravest_risk_first_and_leaves_low_ones_out(
    make_risk: MakeRisk, strike: Strike, places: dict[str, int]
) -> None:
    make_risk("1-1", title="Low")
    make_risk("3-3", title="Calm", controls=[{"control": "Torque wrench"}])
    strike(make_risk("2-4", title="Struck"))

    found = briefing(db.session(), places["GDA"], places["LAP"], clock.now())

    assert [item.title for item in found] == ["Struck", "Calm"]
    assert "Torque wrench" in found[1].question


def test_the_page_of_the_weights_says_what_was_in_force_on_a_day(as_role: AsRole, clock: Clock) -> None:
    clock.advance(timedelta(days=1))
    with unit_of_work() as uow:
        decide(uow, to_values(SHIPPED) | {"place": "0.75"}, "Neighbours matter more.")
    reader = as_role("auditor")

    today = reader.get("/risks/weights").text
    before = reader.get("/risks/weights?on=2026-03-17").text

    assert "counts times 0.75" in today
    assert "Neighbours matter more." in today
    assert "counts times 0.5." in before
    assert "nobody had changed them" in before
    assert "Change the weights" not in today


def test_why_a_score_is_what_it_is_leads_to_how_it_is_computed(as_role: AsRole, make_risk: MakeRisk) -> None:
    risk_id = make_risk("2-4")
    reader = as_role("quality_manager")

    assert "/risks/weights" in reader.get(f"/risks/{risk_id}/why").text
    assert "/risks/weights?on=2026-03-01" in reader.get(f"/risks/{risk_id}/why?on=2026-03-01").text
