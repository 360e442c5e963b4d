from __future__ import annotations

import pytest

from app.actions.models import Action, ActionStatus, Extension
from app.foundation.db import db
from app.foundation.errors import QmsError
from app.foundation.unit_of_work import unit_of_work
from app.workflow import messages
from app.workflow.acts import perform
from app.workflow.separation import SeparationBroken
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

DONE = {"done_text": "Barcode reader mounted", "done_on": "2026-03-17", "evidence": None}
ACCEPTED = {"verification": "accepted", "verification_note": "Read three codes"}


def plan(company: Company, **more: object) -> dict[str, object]:
    return {
        "title": "Read the trim code by barcode",
        "description": "",
        "action_type": "corrective",
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "action_owner_id": company.people["action_owner"],
        "verifier_id": company.people["verifier"],
        "due_on": "2026-04-15",
        **more,
    }


def test_an_action_is_carried_out_and_verified_by_somebody_else(scenario: Scenario, company: Company) -> None:
    scenario.as_("quality_manager").start("action", plan(company))
    assert (scenario.steps, scenario.record.status) == (["carry_out"], ActionStatus.OPEN)

    scenario.as_("action_owner").complete("carry_out", DONE)
    assert (scenario.steps, scenario.record.status) == (["verify_action"], ActionStatus.DONE)

    scenario.as_("verifier").complete("verify_action", ACCEPTED)
    assert (scenario.outcome, scenario.record.status) == ("verified", ActionStatus.VERIFIED)
    assert scenario.record.closed_at is not None


def test_an_action_is_due_at_the_end_of_its_day_at_its_site(scenario: Scenario, company: Company) -> None:
    scenario.as_("quality_manager").start("action", plan(company))

    assert scenario.record.due_at.isoformat() == "2026-04-15T14:00:00+00:00"
    assert scenario.task("carry_out").due_at == scenario.record.due_at


def test_what_is_not_done_as_planned_goes_back(scenario: Scenario, company: Company) -> None:
    scenario.as_("quality_manager").start("action", plan(company))
    scenario.as_("action_owner").complete("carry_out", DONE)

    scenario.as_("verifier").complete(
        "verify_action",
        {"verification": "returned", "verification_note": "No reader", "return_reason": "Mount it"},
    )

    assert scenario.steps == ["carry_out"]


def test_who_owns_an_action_cannot_verify_it(scenario: Scenario, company: Company) -> None:
    owner = company.people["action_owner"]
    scenario.as_("quality_manager").start("action", plan(company, verifier_id=owner))
    scenario.as_("action_owner").complete("carry_out", DONE)

    with pytest.raises(SeparationBroken, match="independent"):
        scenario.complete("verify_action", ACCEPTED)


def request(company: Company, row_key: str, owner_id: int) -> None:
    payload = {
        "owner_kind": "action",
        "owner_id": owner_id,
        "row_key": row_key,
        "title": f"Step {row_key}",
        "type": "correction",
        "deliverable": "doc_change",
        "action_owner_id": company.people["action_owner"],
        "due_on": None,
        "site_id": company.site,
        "process_id": company.process,
        "severity": 4,
    }
    perform(
        None,
        lambda uow: messages.send(
            uow,
            "action.requested",
            f"action:{owner_id}:{row_key}",
            source=f"action:{owner_id}",
            payload=payload,
        ),
    )


def test_a_requested_action_opens_once_and_the_last_verified_one_tells_its_record(
    scenario: Scenario, company: Company
) -> None:
    scenario.as_("quality_manager").start("action", plan(company))
    source = scenario.record
    for row_key in ("1", "2", "1"):
        request(company, row_key, source.id)
    first, second = (one.id for one in scenario.records(Action) if one.source_id == source.id)

    for number, action_id in enumerate((first, second)):
        scenario.turn_to(action_id).as_("action_owner").complete("carry_out", DONE)
        scenario.as_("verifier").complete("verify_action", ACCEPTED)
        assert len(scenario.sent("actions.all_verified")) == number

    assert scenario.sent("actions.all_verified")[0].correlation_key == source.number


def test_open_actions_are_open_points_of_their_record(scenario: Scenario, company: Company) -> None:
    scenario.as_("quality_manager").start("action", plan(company))
    source = scenario.record
    request(company, "1", source.id)
    action = next(one for one in scenario.records(Action) if one.source_id == source.id)

    assert scenario.turn_to(source.id).unmet == [f"action:{action.id}"]


def ask_for_time(scenario: Scenario, action: Action, day: str) -> Scenario:
    return (
        scenario.sibling()
        .as_("action_owner")
        .start(
            "extension",
            {"subject_id": f"action:{action.id}", "new_due_on": day, "reason": "The reader comes late"},
        )
    )


def test_more_time_moves_the_day_and_keeps_the_first_one(scenario: Scenario, company: Company) -> None:
    action = scenario.as_("quality_manager").start("action", plan(company)).record

    wish = ask_for_time(scenario, action, "2026-04-30")
    wish.as_("quality_manager").complete("decide_extension", {"verdict": "granted"})

    moved = scenario.record
    assert (moved.due_at.date().isoformat(), moved.original_due_at.date().isoformat()) == (
        "2026-04-30",
        "2026-04-15",
    )
    assert scenario.task("carry_out").due_at == moved.due_at
    assert wish.outcome == "granted"


def test_the_second_time_top_management_decides(scenario: Scenario, company: Company) -> None:
    action = scenario.as_("quality_manager").start("action", plan(company)).record
    wish = ask_for_time(scenario, action, "2026-04-30")
    wish.as_("quality_manager").complete("decide_extension", {"verdict": "granted"})

    again = ask_for_time(scenario, action, "2026-05-15")

    assert again.steps == ["decide_extension_top"]
    again.as_("top_management").complete(
        "decide_extension_top", {"verdict": "refused", "decision_note": "Find another supplier"}
    )
    assert (again.outcome, scenario.record.due_at.date().isoformat()) == ("refused", "2026-04-30")
    assert [one.earlier_count for one in scenario.records(Extension)] == [0, 1]


def test_more_time_for_nothing_is_refused_with_a_sentence(scenario: Scenario) -> None:
    scenario.as_("action_owner")

    with pytest.raises(QmsError) as refused:
        scenario.start("extension", {"subject_id": "action:4711", "new_due_on": "2026-05-01", "reason": "x"})

    assert [problem.where for problem in refused.value.problems] == ["subject_id"]
    with unit_of_work() as uow:
        assert uow.session.query(Extension).count() == 0
    db.session.rollback()
