from __future__ import annotations

from datetime import timedelta

import pytest

from app.audits.checklist import (
    AnswerInvalid,
    AnswerOrder,
    ChecklistClosed,
    LineInvalid,
    LineMissing,
    LineOrder,
    Receipt,
    add_line,
    answer_line,
    answers_of,
    line_of,
    lines_of,
    load_briefing,
    remove_line,
)
from app.audits.models import Audit, ChecklistLine
from app.capa.models import Capa
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.workflow.briefings import Topic
from app.workflow.lifecycle import registry
from tests.scenarios import audit_steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.dsl import Scenario


@pytest.fixture
def line(scenario: Scenario) -> ChecklistLine:
    """The one line of an audit that is under way."""
    audit_steps.auditors(scenario)
    audit_steps.soon_in_progress(scenario)
    return lines_of(db.session(), scenario.record_id)[0]


def audit_in(uow: UnitOfWork, scenario: Scenario) -> Audit:
    return uow.session.get_one(Audit, scenario.record_id)


def answer(scenario: Scenario, line: ChecklistLine, order: AnswerOrder, who: str = "lead") -> Receipt:
    with unit_of_work(scenario.company.people[who]) as uow:
        return answer_line(uow, audit_in(uow, scenario), line.id, order)


def stored(scenario: Scenario, line: ChecklistLine) -> ChecklistLine:
    db.session.rollback()
    return line_of(db.session(), scenario.record_id, line.id)


def test_an_answer_sent_twice_is_one_answer(scenario: Scenario, line: ChecklistLine) -> None:
    order = AnswerOrder("device-key-1", line.row_version, "conform", " Seen ", samples="2602-114")

    receipts = [answer(scenario, line, order) for _again in range(2)]

    kept = stored(scenario, line)
    assert [one.row_version for one in receipts] == [2, 2]
    assert (kept.result, kept.evidence, kept.samples) == ("conform", "Seen", "2602-114")
    assert len(answers_of(db.session(), line.id)) == 1


def test_one_may_correct_oneself_and_every_answer_is_kept(scenario: Scenario, line: ChecklistLine) -> None:
    answer(scenario, line, AnswerOrder("device-key-1", 1, "conform"))
    answer(scenario, line, AnswerOrder("device-key-2", 1, "minor", "Two of five without label"))

    assert stored(scenario, line).result == "minor"
    assert [one.result for one in answers_of(db.session(), line.id)] == ["conform", "minor"]


def test_an_answer_given_while_another_answered_is_kept_beside(
    scenario: Scenario, line: ChecklistLine
) -> None:
    answer(scenario, line, AnswerOrder("device-of-lead", 1, "conform"))

    receipt = answer(scenario, line, AnswerOrder("device-of-member", 1, "major", "No record"), "member")

    assert receipt.is_beside
    assert stored(scenario, line).result == "conform"
    assert [one.is_beside for one in answers_of(db.session(), line.id)] == [False, True]


def test_who_has_seen_the_other_answer_may_replace_it(scenario: Scenario, line: ChecklistLine) -> None:
    seen = answer(scenario, line, AnswerOrder("device-of-lead", 1, "conform")).row_version

    receipt = answer(scenario, line, AnswerOrder("device-of-member", seen, "not_seen"), "member")

    assert not receipt.is_beside
    assert stored(scenario, line).result == "not_seen"


@pytest.mark.parametrize(
    ("result", "evidence", "rule"),
    [("splendid", "Seen", "choice"), ("minor", " ", "required"), ("ofi", "", "required")],
)
def test_a_finding_stands_on_evidence_and_a_result_is_one_of_the_list(
    scenario: Scenario, line: ChecklistLine, result: str, evidence: str, rule: str
) -> None:
    with pytest.raises(AnswerInvalid) as refused:
        answer(scenario, line, AnswerOrder("device-key-1", 1, result, evidence))

    assert [problem.rule for problem in refused.value.problems] == [rule]


def test_a_line_of_another_audit_is_not_found(scenario: Scenario, line: ChecklistLine) -> None:
    with pytest.raises(LineMissing):
        line_of(db.session(), scenario.record_id + 1, line.id)


def test_the_checklist_is_answered_only_while_the_audit_is_under_way(
    scenario: Scenario, line: ChecklistLine
) -> None:
    audit_steps.carry_out(audit_steps.answer_all(scenario))

    with pytest.raises(ChecklistClosed):
        answer(scenario, line, AnswerOrder("device-late", 2, "minor", "Came later"))


def test_a_line_needs_a_question_and_goes_only_while_the_audit_is_prepared(
    scenario: Scenario, line: ChecklistLine
) -> None:
    with unit_of_work(scenario.company.people["lead"]) as uow:
        with pytest.raises(LineInvalid):
            add_line(uow, audit_in(uow, scenario), LineOrder("  "))
        with pytest.raises(ChecklistClosed):
            remove_line(uow, audit_in(uow, scenario), line.id, "Asked twice")


def test_a_line_taken_off_is_gone(scenario: Scenario) -> None:
    audit_steps.auditors(scenario)
    audit_steps.acknowledge(audit_steps.plan(audit_steps.start_audit(scenario)).after(days=17))
    line_id = audit_steps.write_line(scenario)

    with unit_of_work(scenario.company.people["lead"]) as uow:
        remove_line(uow, audit_in(uow, scenario), line_id, "Asked twice")

    db.session.rollback()
    assert lines_of(db.session(), scenario.record_id) == []


def test_the_briefing_is_loaded_once_however_often_it_is_asked(scenario: Scenario) -> None:
    capa_steps.open_capa(scenario.sibling())
    audit_steps.auditors(scenario)
    audit_steps.start_audit(scenario)

    with unit_of_work() as uow:
        added = [load_briefing(uow, audit_in(uow, scenario)) for _again in range(2)]

    assert added == [1, 0]


def test_open_capas_effectiveness_due_and_late_actions_are_briefed(scenario: Scenario) -> None:
    company = scenario.company
    waiting = capa_steps.waiting(scenario)
    action = (
        scenario.sibling()
        .as_("quality_manager")
        .start(
            "action",
            {
                "title": "Replace plate 4",
                "description": "Before it is hollow.",
                "action_type": "corrective",
                "action_owner_id": company.people["action_owner"],
                "due_on": (clock.now() + timedelta(days=2)).date().isoformat(),
                "site_id": company.link("site", company.site),
                "process_id": company.link("process", company.process),
            },
        )
    )
    later = clock.now() + timedelta(days=12)

    items = registry.briefing(db.session(), company.site, company.process, later)

    found = {(item.topic, item.record_id): item for item in items}
    assert (Topic.EFFECTIVENESS_DUE, waiting.record_id) in found
    late = found[Topic.OVERDUE_ACTION, action.record_id]
    assert "10 days" in late.sentence or "9 days" in late.sentence
    assert "Faces above limit" in found[Topic.EFFECTIVENESS_DUE, waiting.record_id].question
    assert registry.briefing(db.session(), company.other_site, company.process, later) == ()
    assert scenario.records(Capa)
