from __future__ import annotations

import pytest

from app.documents.change_models import ChangeSource, DocumentChange
from app.documents.change_requests import Wish, ask_change, requests_of
from app.documents.changes import ChangeRunning
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.completion import GuardRefused
from app.workflow.holds import cancel
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


def test_a_minor_change_runs_from_the_wish_to_the_revision_in_force(
    story: Scenario, document_id: int
) -> None:
    do.revised(story, document_id)

    assert (story.outcome, story.record.status) == ("effective", "effective")
    assert do.statuses(document_id) == {"1.0": "superseded", "1.1": "effective"}


def test_the_document_takes_over_what_its_revision_says(story: Scenario, document_id: int) -> None:
    do.revised(story, document_id, audience=["verifier"], clauses="8.4, 8.6", document_title="Inspection")

    document = do.document(story)
    assert (document.title, document.revision_label) == ("Inspection", "1.1")
    assert (document.audience, document.clauses) == (["verifier"], ["8.4", "8.6"])
    assert document.effective_from == clock.now().date()
    assert document.review_due_on is not None
    assert document.review_due_on.year == 2029
    assert "Take 8 parts" in document.search_text


def test_a_change_says_how_grave_the_risks_of_its_document_are(story: Scenario) -> None:
    risk_id = steps.a_risk(story)

    do.approved(story, do.in_force(story, risk_id=risk_id))

    assert story.record.risk_band == "medium"


def test_a_revision_keeps_who_approved_it(story: Scenario, document_id: int) -> None:
    do.approved(story, document_id)

    people = story.company.people
    revision = do.revision_of(story)
    assert [one["person_id"] for one in revision.approval] == [
        people["quality_manager"],
        people["process_owner"],
    ]
    assert revision.status == "approved"
    assert revision.approved_at == clock.now()


def test_the_audience_is_asked_when_the_revision_is_approved(story: Scenario, document_id: int) -> None:
    do.approved(story, document_id, audience=["verifier"])

    (message,) = story.sent("acknowledgement.requested")
    assert message.correlation_key == "SOP-PUR-001/1.1"
    assert message.payload["audience"] == ["verifier"]
    assert message.payload["site_id"] == story.company.site
    assert message.payload["due_days"] == 14


def test_a_new_document_gets_its_number_with_its_first_draft(story: Scenario) -> None:
    do.assess(do.take_up(do.ask(story)))
    assert story.record.document_id is None

    do.write(story)

    document = do.document(story)
    assert (document.number, document.status) == ("SOP-PUR-001", "draft")
    assert story.record.revision_key == "SOP-PUR-001/1.0"


def test_a_new_document_comes_into_force(story: Scenario) -> None:
    do.revised(story)

    document = do.document(story)
    assert (document.status, document.revision_label) == ("effective", "1.0")
    assert document.site_id == story.company.site


def test_nobody_takes_up_what_is_refused(story: Scenario, document_id: int) -> None:
    do.refuse(do.ask(story, document_id))

    assert (story.outcome, story.record.status) == ("refused", "rejected")
    do.ask(story.sibling(), document_id)  # the document is free again


def test_a_document_is_changed_by_one_change_at_a_time(story: Scenario, document_id: int) -> None:
    do.ask(story, document_id)

    with pytest.raises(ChangeRunning, match=r"DCR-2026-0001 changes SOP-PUR-001 already"):
        do.ask(story.sibling(), document_id)


def test_another_record_joins_the_change_that_is_on_its_way(story: Scenario, document_id: int) -> None:
    do.ask(story, document_id)
    wish = Wish("Again", "A finding says so.", ChangeSource.FINDING, document_id=document_id)

    with unit_of_work() as uow:
        ask_change(uow, wish, key="finding:1")
    story._settled()

    assert len(story.records(DocumentChange)) == 1
    assert [one.reason for one in requests_of(db.session(), story.record_id)] == [
        "Five parts do not find what eight would.",
        "A finding says so.",
    ]


def test_a_request_without_a_document_joins_the_change_of_the_one_it_means(
    story: Scenario, document_id: int
) -> None:
    do.ask(story, document_id)
    other = do.ask(story.sibling(), change_kind="revise")

    answers = {"request_verdict": "join", "joined_id": f"document_change:{story.record_id}"}
    other.as_("controller").complete("take_up_request", answers)

    assert (other.outcome, other.record.status) == ("joined", "joined")
    assert len(requests_of(db.session(), story.record_id)) == 2


def test_a_change_is_not_taken_up_for_a_document_that_is_being_changed(
    story: Scenario, document_id: int
) -> None:
    do.ask(story, document_id)
    other = do.ask(story.sibling(), change_kind="revise")

    with pytest.raises(GuardRefused) as refused:
        do.take_up(other, document_id=f"document:{document_id}")

    assert refused.value.problems[0].sentence == "DCR-2026-0001 changes this document already."


def test_an_incomplete_picture_of_the_impact_goes_back_to_the_author(
    story: Scenario, document_id: int
) -> None:
    do.take_up(do.ask(story, document_id))
    answers = {"affected_processes": "none besides its own", "risk_effect": "none"}
    story.as_("author").complete("assess_impact", answers)

    note = {"impact_verdict": "incomplete", "impact_note": "The store takes samples too."}
    story.as_("process_owner").complete("confirm_impact", note)

    assert story.steps == ["assess_impact"]
    assert do.assess(story).steps == ["write_draft"]


def test_the_draft_is_laid_out_from_what_is_in_force(story: Scenario, document_id: int) -> None:
    do.assess(do.take_up(do.ask(story, document_id)))

    row = story.record
    assert row.draft_content == do.TEXT
    assert (row.document_title, row.content_kind) == ("Incoming inspection", "markdown")
    assert row.document_owner_id == story.company.people["process_owner"]


def test_a_draft_that_says_what_is_in_force_is_refused(story: Scenario, document_id: int) -> None:
    do.assess(do.take_up(do.ask(story, document_id)))

    with pytest.raises(GuardRefused) as refused:
        do.write(story, draft_content=do.TEXT)

    assert refused.value.problems[0].where == "draft_content"


def test_a_change_that_is_cancelled_leaves_its_document_as_it_was(story: Scenario, document_id: int) -> None:
    do.write(do.assess(do.take_up(do.ask(story, document_id))))

    with unit_of_work(story.company.people["quality_manager"]) as uow:
        cancel(uow, story.instance_id, "The supplier was changed.")

    assert do.statuses(document_id) == {"1.0": "effective", "1.1": "cancelled"}
    do.ask(story.sibling(), document_id)


def test_a_new_document_that_is_cancelled_never_was_one(story: Scenario) -> None:
    do.write(do.assess(do.take_up(do.ask(story))))

    with unit_of_work(story.company.people["quality_manager"]) as uow:
        cancel(uow, story.instance_id, "Another one says it.")

    assert do.document(story).status == "cancelled"


def test_an_external_document_is_a_file_with_its_origin(story: Scenario) -> None:
    do.assess(do.take_up(do.ask(story), document_type="external"))
    given = {
        "content_kind": "file",
        "draft_file": story.as_("author").upload("ISO 2859-1"),
        "issuer": "ISO",
        "issuer_reference": "2859-1",
        "issuer_edition": "1999",
    }

    do.write(story, **given)
    do.approve(do.reviewed(story), "process_owner")
    do.release(story).after(days=15)

    document, revision = do.document(story), do.in_force_of(story.record.document_id)
    assert document.number == "EXT-PUR-001"
    assert (document.issuer, document.issuer_edition) == ("ISO", "1999")
    assert revision is not None
    assert (revision.content_kind, len(revision.content_sha256)) == ("file", 64)


def test_what_is_in_force_is_told_to_all_who_listen(story: Scenario, document_id: int) -> None:
    do.revised(story, document_id)

    (message,) = story.sent("revision_effective")
    assert message.correlation_key == "SOP-PUR-001"
    assert message.payload["document_id"] == document_id
    assert message.payload["revision"] == "1.1"


def test_a_major_change_counts_before_the_point(story: Scenario, document_id: int) -> None:
    do.assess(
        do.take_up(do.ask(story, document_id), change_class="major"),
        is_training_needed=True,
        training_roles=["verifier"],
    )
    do.approve(do.reviewed(do.write(story)))

    (message,) = story.sent("acknowledgement.requested")
    assert message.correlation_key == "SOP-PUR-001/2.0"
    assert message.payload["training_needed"] is True


def test_an_administrative_change_skips_impact_review_and_readers(story: Scenario, document_id: int) -> None:
    do.take_up(do.ask(story, document_id), change_class="administrative")
    assert story.steps == ["write_draft"]

    do.approve(do.write(story), "controller")

    assert story.steps == ["set_release"]
    assert story.sent("acknowledgement.requested") == []
    do.release(story, effective_on=clock.now().date().isoformat()).after(hours=1)
    assert do.statuses(document_id)["1.1"] == "effective"
