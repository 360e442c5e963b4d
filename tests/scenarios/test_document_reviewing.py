from __future__ import annotations

import pytest

from app.documents.drafting import comments_of
from app.documents.words import change_stands
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Record
from app.workflow.completion import GuardRefused
from app.workflow.holds import cancel
from tests.scenarios import document_steps as do
from tests.scenarios import risk_steps, steps
from tests.scenarios.dsl import Scenario

SAMPLE = ("Sampling", "Eight is not in the standard.")


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A draft of a minor change that its reviewers read."""
    do.writers(scenario)
    return do.write(do.assess(do.take_up(do.ask(scenario, do.in_force(scenario)))))


def answer(story: Scenario, disposition: str = "accept", response: str = "", **more: str) -> Scenario:
    rows = [{**one, "disposition": disposition, "response": response} for one in story.record.comment_answers]
    given = {
        "comment_answers": rows,
        "draft_content": do.MENDED + "\nSee ISO 2859-1.\n",
        "change_summary": "Eight parts, with the source.",
        "review_wish": "go_on",
    }
    return story.as_("author").complete("answer_comments", given | more)


def test_all_reviewers_read_at_the_same_time(story: Scenario) -> None:
    people = story.company.people
    readers = {people["process_owner"], people["quality_coordinator"]}
    assert {task.assignee_id for task in story._tasks()} == readers

    do.review(story, "quality_coordinator")
    assert story.steps == ["review_draft"]

    do.review(story, "process_owner")
    assert story.steps == ["approve_change"]


def test_whom_the_author_names_reviews_as_well(scenario: Scenario) -> None:
    do.writers(scenario)
    do.assess(do.take_up(do.ask(scenario, do.in_force(scenario))))
    people = scenario.company.people

    do.write(scenario, reviewers=[{"person_id": str(people["verifier"])}])

    assignees = {task.assignee_id for task in scenario._tasks()}
    assert assignees == {people["process_owner"], people["quality_coordinator"], people["verifier"]}


def test_the_author_never_reviews(scenario: Scenario) -> None:
    do.writers(scenario)
    people = scenario.company.people
    do.take_up(do.ask(scenario, do.in_force(scenario)), author_id=str(people["quality_coordinator"]))
    scenario.company.people["author"] = people["quality_coordinator"]

    do.write(do.assess(scenario))

    assert people["author"] not in {task.assignee_id for task in scenario._tasks()}
    assert people["quality_manager"] in {task.assignee_id for task in scenario._tasks()}


def test_comments_by_section_are_answered_before_approval(story: Scenario) -> None:
    do.review(story, "process_owner")
    do.review(story, "quality_coordinator", "commented", SAMPLE)
    assert story.steps == ["answer_comments"]

    answer(story)

    (comment,) = comments_of(db.session(), story.record_id)
    assert (comment.section, comment.disposition) == ("Sampling", "accept")
    assert comment.disposed_by_id == story.company.people["author"]
    assert story.steps == ["approve_change"]
    assert "See ISO 2859-1." in do.revision_of(story).content


def test_the_mark_of_the_revision_follows_its_text(story: Scenario) -> None:
    before = do.revision_of(story).content_sha256
    do.review(story, "process_owner", "commented", SAMPLE)
    do.review(story, "quality_coordinator")

    answer(story)

    assert do.revision_of(story).content_sha256 != before


def test_a_comment_is_turned_down_with_a_reason(story: Scenario) -> None:
    do.review(story, "process_owner", "commented", SAMPLE)
    do.review(story, "quality_coordinator")

    with pytest.raises(GuardRefused) as refused:
        answer(story, "reject")

    assert refused.value.problems[0].where == "comment_answers"
    assert answer(story, "reject", "The customer asks for eight.").steps == ["approve_change"]


def test_a_reviewer_who_finds_it_not_ready_reads_it_again(story: Scenario) -> None:
    do.review(story, "process_owner", "not_ready", SAMPLE)
    do.review(story, "quality_coordinator")

    answer(story)
    assert story.steps == ["review_draft"]

    do.reviewed(story)
    assert story.steps == ["approve_change"]


def test_the_author_may_wish_for_another_round(story: Scenario) -> None:
    do.review(story, "process_owner", "commented", SAMPLE)
    do.review(story, "quality_coordinator")

    answer(story, review_wish="again")

    assert story.steps == ["review_draft"]


def test_an_approver_sends_it_back_to_the_author(story: Scenario) -> None:
    do.reviewed(story)

    do.send_back(story)

    assert story.steps == ["write_draft"]
    assert story.record.return_note == "The sample has no source."
    assert do.revision_of(story).status == "draft"


def test_what_came_back_is_reviewed_and_approved_again(story: Scenario) -> None:
    do.send_back(do.reviewed(story))

    do.approve(do.reviewed(do.write(story, draft_content=do.MENDED + "\nSource: ISO 2859-1.\n")))

    assert story.steps == ["set_release"]
    assert [one["name"] for one in do.revision_of(story).approval] == ["Quality_Manager", "Process_Owner"]
    assert do.statuses(story.record.document_id) == {"1.0": "effective", "1.1": "approved"}


def test_a_change_of_a_risk_waits_for_its_reassessment_before_approval(scenario: Scenario) -> None:
    do.writers(scenario)
    risk_id = steps.a_risk(scenario)
    do.take_up(do.ask(scenario, do.in_force(scenario)))
    do.assess(scenario, risk_effect="lowers", risks=[f"risk:{risk_id}"], risk_note="Eight find more.")

    do.reviewed(do.write(scenario))
    assert scenario.steps == []
    assert scenario.unmet

    risk_steps.reassessed(scenario, "1-4")
    assert scenario.steps == ["approve_change"]


def stands(scenario: Scenario) -> str:
    return change_stands(scenario.record)


def test_a_change_says_which_reassessments_it_waits_for(scenario: Scenario) -> None:
    do.writers(scenario)
    first, second = steps.a_risk(scenario), steps.a_risk(scenario)
    do.take_up(do.ask(scenario, do.in_force(scenario)))
    risks = [f"risk:{first}", f"risk:{second}"]
    do.assess(scenario, risk_effect="lowers", risks=risks, risk_note="Eight find more.")
    assert stands(do.write(scenario)) == "Being reviewed"

    do.reviewed(scenario)
    assert scenario.record.status == "waiting_for_risk"
    assert stands(scenario) == "Waits for the reassessment of RSK-2026-0001, RSK-2026-0002"

    risk_steps.reassessed(scenario, "1-4")
    assert stands(scenario) == "Waits for the reassessment of RSK-2026-0001"


def test_a_change_that_waits_no_longer_says_so_no_longer(scenario: Scenario) -> None:
    do.writers(scenario)
    risk_id = steps.a_risk(scenario)
    do.take_up(do.ask(scenario, do.in_force(scenario)))
    do.assess(scenario, risk_effect="lowers", risks=[f"risk:{risk_id}"], risk_note="Eight find more.")
    do.reviewed(do.write(scenario))

    risk_steps.reassessed(scenario, "1-4")

    assert (stands(scenario), scenario.record.waits_for) == ("Waiting for approval", None)


def test_a_restricted_risk_that_holds_up_a_change_is_not_named(scenario: Scenario) -> None:
    do.writers(scenario)
    risk_id = steps.a_risk(scenario)
    do.take_up(do.ask(scenario, do.in_force(scenario)))
    do.assess(scenario, risk_effect="lowers", risks=[f"risk:{risk_id}"], risk_note="Eight find more.")
    do.write(scenario)
    with unit_of_work() as uow:
        uow.session.get_one(Record, risk_id).restricted_to = ",quality_manager,"

    do.reviewed(scenario)

    assert stands(scenario) == "Waits for the reassessment of a risk"


def test_an_answer_that_comes_while_it_is_written_is_not_waited_for(scenario: Scenario) -> None:
    do.writers(scenario)
    risk_id = steps.a_risk(scenario)
    do.take_up(do.ask(scenario, do.in_force(scenario)))
    do.assess(scenario, risk_effect="new_control", risks=[f"risk:{risk_id}"], risk_note="Nobody looked.")
    risk_steps.reassessed(scenario, "1-4")

    do.reviewed(do.write(scenario))

    assert scenario.steps == ["approve_change"]


def test_a_reassessment_that_is_cancelled_is_not_waited_for(scenario: Scenario) -> None:
    do.writers(scenario)
    risk_id = steps.a_risk(scenario)
    do.take_up(do.ask(scenario, do.in_force(scenario)))
    do.assess(scenario, risk_effect="raises", risks=[f"risk:{risk_id}"], risk_note="Fewer parts are seen.")
    do.reviewed(do.write(scenario))
    asked = scenario.sibling().turn_to(scenario.records(steps.Reassessment)[-1].id)

    with unit_of_work(scenario.company.people["quality_manager"]) as uow:
        cancel(uow, asked.instance_id, "Asked by mistake.")
    scenario._settled()

    assert scenario.steps == ["approve_change"]
