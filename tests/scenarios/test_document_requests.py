from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.documents.change_models import DocumentChange
from app.documents.change_requests import requests_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow import messages
from app.workflow.completion import GuardRefused
from tests.scenarios import document_steps as do
from tests.scenarios import risk_steps, steps
from tests.scenarios.dsl import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    do.writers(scenario)
    return scenario


@pytest.fixture
def document_id(story: Scenario) -> int:
    return do.in_force(story)


def action(story: Scenario, **more: Any) -> dict[str, Any]:
    return {
        "type": "corrective",
        "text": "Write a limit for plate wear into the plan.",
        "owner_id": str(story.company.people["action_owner"]),
        "due_on": (clock.now() + timedelta(days=20)).date().isoformat(),
        **more,
    }


def planned(story: Scenario, *rows: dict[str, Any]) -> Scenario:
    """A CAPA whose approved plan holds these rows."""
    return steps.approve(steps.plan(steps.analyse(steps.open_capa(story)), planned_actions=list(rows)))


def change_of(story: Scenario) -> Scenario:
    return story.sibling().turn_to(story.records(DocumentChange)[-1].id)


def in_force(story: Scenario) -> Scenario:
    """The change a record asked for comes into force."""
    change = do.take_up(change_of(story), author_id=str(story.company.people["author"]))
    do.approve(do.reviewed(do.write(do.assess(change))))
    return do.release(change).after(days=15)


def test_a_capa_asks_for_the_document_its_plan_changes(story: Scenario, document_id: int) -> None:
    planned(story, action(story, deliverable="doc_change", document_id=f"document:{document_id}"))

    (change,) = story.records(DocumentChange)
    (asked,) = requests_of(db.session(), change.id)
    assert (change.document_id, change.source) == (document_id, "capa")
    assert change.author_id == story.company.people["action_owner"]
    assert (asked.record_kind, asked.record_id) == ("capa", story.record_id)
    assert change.due_at is not None
    assert change.due_at.date() == date(2026, 4, 6)
    assert story.steps == ["verify_implementation"]


def test_a_capa_is_not_verified_before_its_document_is_in_force(story: Scenario, document_id: int) -> None:
    planned(story, action(story, deliverable="doc_change", document_id=f"document:{document_id}"))

    with pytest.raises(GuardRefused) as refused:
        steps.verify(story)
    assert "is not in force yet" in refused.value.problems[0].sentence

    in_force(story)
    assert steps.verify(story).record.implemented_at is not None


def test_plain_actions_and_documents_are_waited_for_together(story: Scenario, document_id: int) -> None:
    planned(
        story,
        action(story, deliverable="equipment", text="Buy a gauge."),
        action(story, deliverable="doc_change", document_id=f"document:{document_id}"),
    )
    assert story.steps == []

    steps.do_actions(story)
    with pytest.raises(GuardRefused):
        steps.verify(story)

    in_force(story)
    steps.verify(story)


def test_a_capa_that_knows_no_document_leaves_that_to_document_control(story: Scenario) -> None:
    planned(story, action(story, deliverable="doc_change"))

    change = change_of(story)
    assert change.record.document_id is None
    do.take_up(
        change,
        change_kind="new",
        document_type="work_instruction",
        site_id=f"site:{story.company.site}",
        process_id=f"process:{story.company.process}",
    )
    assert change.steps == ["assess_impact"]


def test_a_change_that_is_refused_does_not_hold_the_capa(story: Scenario, document_id: int) -> None:
    planned(story, action(story, deliverable="doc_change", document_id=f"document:{document_id}"))

    do.refuse(change_of(story))

    assert "document_change:" not in " ".join(story.unmet)
    steps.verify(story)


def relying(story: Scenario, document_id: int) -> Scenario:
    """A treatment that relies on a document, with its action carried out."""
    risk_steps.registered(story, "2-4")
    rows = [{"document_id": f"document:{document_id}", "text": "Measure every plate."}]
    treatment = risk_steps.planned(risk_steps.treatment(story), document_changes=rows)
    return risk_steps.carried_out(treatment)


def refusal(treatment: Scenario) -> str:
    with pytest.raises(GuardRefused) as refused:
        risk_steps.reviewed(treatment, "met")
    return refused.value.problems[0].sentence


def test_a_treatment_is_not_treated_before_its_document_is_in_force_and_read(
    story: Scenario, document_id: int
) -> None:
    treatment = relying(story, document_id)
    assert "is not in force yet" in refusal(treatment)

    in_force(story)
    assert "not enough people have read it" in refusal(treatment)

    with unit_of_work() as uow:
        messages.send(uow, "acknowledgement.reached", "SOP-PUR-001/1.1", source="test", payload={})
    story._settled()
    assert risk_steps.reviewed(treatment, "met").outcome == "treated"


def test_a_target_that_is_missed_needs_no_document(story: Scenario, document_id: int) -> None:
    treatment = relying(story, document_id)

    risk_steps.reviewed(treatment, "unmet")

    assert treatment.steps == ["plan_treatment"]
