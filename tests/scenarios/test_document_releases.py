from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.documents.copies import CopyOrder, copies_of, issue_copy, return_copy
from app.documents.releasing import check_release
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.links import linked_records
from app.training.reading_models import AcknowledgementRequest
from app.workflow import messages
from app.workflow.lifecycle import registry
from tests.factories.accounts import actor_for
from tests.scenarios import document_steps as do
from tests.scenarios import steps
from tests.scenarios.dsl import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    do.writers(scenario)
    return scenario


@pytest.fixture
def document_id(story: Scenario) -> int:
    return do.in_force(story)


def acknowledge(story: Scenario, key: str = "SOP-PUR-001/1.1") -> Scenario:
    with unit_of_work() as uow:
        messages.send(uow, "acknowledgement.reached", key, source="test", payload={})
    return story._settled()


def emergency(story: Scenario, document_id: int) -> Scenario:
    """A revision that is in force and not approved yet."""
    do.write(do.take_up(do.ask(story, document_id), change_class="emergency"))
    return story.as_("quality_manager").complete(
        "release_emergency", {"emergency_note": "Parts would be shipped unchecked."}
    )


def test_a_revision_waits_for_its_day(story: Scenario, document_id: int) -> None:
    do.release(do.approved(story, document_id))

    story.after(days=13)
    assert do.statuses(document_id)["1.1"] == "approved"

    story.after(days=1)
    assert do.statuses(document_id)["1.1"] == "effective"


def test_a_revision_comes_into_force_when_enough_have_read_it(story: Scenario, document_id: int) -> None:
    do.release(do.approved(story, document_id), release_mode="acknowledgement")

    acknowledge(story)

    assert do.statuses(document_id)["1.1"] == "effective"
    assert story.record.acknowledged_at == clock.now()


def test_it_comes_into_force_on_its_latest_day_though_some_have_not_read_it(
    story: Scenario, document_id: int
) -> None:
    do.release(do.approved(story, document_id), release_mode="acknowledgement").after(days=15)

    assert do.statuses(document_id)["1.1"] == "effective"
    assert story.record.acknowledged_at is None


def test_readers_who_come_late_are_noted_all_the_same(story: Scenario, document_id: int) -> None:
    do.revised(story, document_id)

    acknowledge(story)

    assert story.record.acknowledged_at == clock.now()


def test_other_words_let_people_go_on_reading(story: Scenario, document_id: int) -> None:
    do.revised(story, document_id)
    asked = select(AcknowledgementRequest.revision_key).where(AcknowledgementRequest.ended_at.is_(None))

    do.reworded(story.sibling(), document_id)

    assert do.statuses(document_id)["1.2"] == "effective"
    assert list(db.session.scalars(asked)) == ["SOP-PUR-001/1.1"]


def test_a_day_before_the_approval_is_refused(story: Scenario, document_id: int) -> None:
    do.approved(story, document_id)
    view = registry.get("document_change").ports.read_record(db.session(), story.record_id)
    early = clock.now().date() - timedelta(days=1)

    with unit_of_work() as uow:
        (problem,) = check_release(uow, view, "set_release", {"effective_on": early})

    assert problem.where == "effective_on"


def test_printed_copies_of_the_old_revision_are_brought_back(story: Scenario, document_id: int) -> None:
    controller = actor_for(story.company.people["quality_manager"])
    with unit_of_work(controller.id) as uow:
        issue_copy(uow, controller, document_id, CopyOrder("Bench 4", "Early shift"))

    do.revised(story, document_id)

    assert story.steps == ["collect_copies"]
    (copy,) = copies_of(db.session(), document_id)
    assert copy.recalled_at is not None
    with unit_of_work(controller.id) as uow:
        return_copy(uow, controller, document_id, copy.id, "Destroyed at the bench.")
    story.as_("controller").complete("collect_copies", {})
    assert story.outcome == "effective"


def test_an_emergency_is_in_force_before_it_is_approved(story: Scenario, document_id: int) -> None:
    emergency(story, document_id)

    assert do.statuses(document_id) == {"1.0": "superseded", "2.0": "effective"}
    assert story.record.status == "retrospective"
    assert story.record.retrospective_due_at == clock.now() + timedelta(days=7)
    assert [one.correlation_key for one in story.sent("acknowledgement.requested")] == ["SOP-PUR-001/2.0"]


def test_an_emergency_is_assessed_and_approved_afterwards(story: Scenario, document_id: int) -> None:
    emergency(story, document_id)

    do.approve(do.assess(story))

    assert (story.outcome, story.record.status) == ("effective", "effective")
    revision = do.in_force_of(document_id)
    assert revision is not None
    assert (revision.label, len(revision.approval)) == ("2.0", 2)


def test_an_emergency_that_is_not_approved_is_taken_back(story: Scenario, document_id: int) -> None:
    do.assess(emergency(story, document_id))

    do.send_back(story)

    assert do.statuses(document_id) == {"1.0": "effective", "2.0": "superseded"}
    assert do.document(story).revision_label == "1.0"
    assert story.steps == ["write_draft"]
    assert [one.correlation_key for one in story.sent("acknowledgement.ended")] == ["SOP-PUR-001/2.0"]


def test_what_was_taken_back_goes_the_long_way(story: Scenario, document_id: int) -> None:
    do.send_back(do.assess(emergency(story, document_id)))

    do.write(story, draft_content=do.MENDED + "\nSource: ISO 2859-1.\n")
    do.release(do.approve(do.reviewed(story))).after(days=15)

    assert do.statuses(document_id) == {"1.0": "superseded", "2.0": "superseded", "3.0": "effective"}


def test_a_first_revision_taken_back_leaves_a_document_without_one(story: Scenario) -> None:
    do.write(do.take_up(do.ask(story), change_class="emergency"))
    story.as_("quality_manager").complete("release_emergency", {"emergency_note": "Parts wait."})

    do.send_back(do.assess(story))

    assert do.document(story).status == "draft"
    assert do.in_force_of(story.record.document_id) is None


def test_a_document_is_withdrawn_with_signature_and_kept(story: Scenario, document_id: int) -> None:
    successor = do.in_force(story, title="Inspection of all goods")

    do.withdrawn(story, document_id, replaced_by_id=f"document:{successor}")

    document = do.document(story)
    assert (story.outcome, document.status) == ("withdrawn", "obsolete")
    assert document.replaced_by_id == successor
    assert document.archive_until is not None
    assert document.archive_until.year == 2036
    assert do.statuses(document_id) == {"1.0": "obsolete"}


def test_a_withdrawn_document_is_not_looked_at_again(story: Scenario, document_id: int) -> None:
    do.withdrawn(story, document_id)

    assert do.document(story).review_due_on is None
    assert do.document(story).closed_at == clock.now()


def test_a_withdrawal_that_is_not_approved_changes_nothing(story: Scenario, document_id: int) -> None:
    do.assess(do.take_up(do.ask(story, document_id, change_kind="withdraw")))

    do.send_back(story)

    assert (story.outcome, story.record.status) == ("rejected", "rejected")
    assert do.statuses(document_id) == {"1.0": "effective"}


def test_the_risks_a_document_controls_are_those_of_its_revision(story: Scenario) -> None:
    former, later = steps.a_risk(story), steps.a_risk(story)
    document_id = do.in_force(story, risk_id=former)

    do.revised(story, document_id, controlled_risks=[f"risk:{later}"])

    reader = actor_for(story.company.people["quality_manager"])
    risks = [one for one in linked_records(db.session(), reader, document_id) if one.record_kind == "risk"]
    assert [(one.record_id, one.words) for one in risks] == [(later, "controls")]
