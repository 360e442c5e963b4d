from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.foundation.db import db
from app.workflow import gate
from app.workflow.bundles import Bundle, BundleDamaged, pack, unpack
from app.workflow.definitions import definitions
from app.workflow.lifecycle import Lifecycle, UnknownPart, registry
from app.workflow.models import ProcessInstance
from app.workflow.spots import Spot
from tests.workflow.council import (
    CALLER,
    CALLER_FORMS,
    COUNCIL,
    COUNCIL_FILES,
    COUNCIL_FORMS,
    PART,
    a_meeting,
)
from tests.workflow.diagrams import drawn
from tests.workflow.lifecycle_of_samples import checkbox, form, lifecycle_with, open_tasks, publish, text

PART_FILES = replace(COUNCIL_FILES, diagram=drawn(COUNCIL))
FILES = Bundle(
    "sample", drawn(CALLER), {}, {**CALLER_FORMS, "begun": form(text("quorum"))}, {"council": PART_FILES}
)
OTHER_PART = replace(PART_FILES, forms={"vote": form(checkbox("yes"), text("reason"))})


def caller() -> Lifecycle:
    return lifecycle_with(parts=[PART])


def rules_of(bundle: Bundle) -> set[tuple[str, str]]:
    return {(one.rule, one.where) for one in gate.check(bundle, caller())}


def test_a_bundle_is_named_by_what_it_calls_too() -> None:
    other = replace(FILES, parts={"council": OTHER_PART})

    assert other.sha256 != FILES.sha256
    assert replace(FILES, parts={}).sha256 != FILES.sha256
    assert [name for name, _content in FILES.members()][-2:] == ["council/council.bpmn", "council/vote.json"]


def test_a_bundle_comes_back_with_its_parts() -> None:
    stored = pack(FILES)

    assert unpack(stored, FILES.sha256) == FILES
    with pytest.raises(BundleDamaged):
        unpack(pack(replace(FILES, parts={"council": OTHER_PART})), FILES.sha256)


def test_a_caller_and_its_part_pass_the_gate() -> None:
    assert gate.check(PART_FILES, PART) == []
    assert rules_of(FILES) == set()


def test_a_part_may_ask_only_what_every_record_has() -> None:
    diagram = COUNCIL.replace(b"task.judge.outcome", b"record.cost")
    problems = gate.check(replace(PART_FILES, diagram=drawn(diagram)), PART)

    assert [(one.rule, one.where) for one in problems] == [("expression.path", "is_agreed_to_agreed")]


def test_the_form_of_a_call_and_that_of_its_part_may_not_ask_the_same() -> None:
    forms = {**FILES.forms, "approve_plan": form(text("remark"))}

    assert ("key-twice", "approve_plan.json with council/vote.json: remark") in rules_of(
        replace(FILES, forms=forms)
    )


def test_a_form_of_a_call_that_names_what_does_not_exist_is_refused() -> None:
    field = {**text("budget"), "conditional": {"hide": "=record.nothing > 1"}}
    forms = {**FILES.forms, "approve_plan": form(field)}

    assert any(rule == "expression-path" for rule, _where in rules_of(replace(FILES, forms=forms)))


def test_a_form_of_a_part_that_nobody_reads_is_named() -> None:
    part = replace(PART_FILES, forms={**COUNCIL_FORMS, "nobody": form(text("x"))})

    assert [one.rule for one in gate.check(part, PART)] == ["form-unused"]


def test_an_unknown_part_is_named() -> None:
    lifecycle = lifecycle_with()
    problems = gate.check(replace(FILES, parts={}), lifecycle)

    assert ("call.known", "approve_plan") in {(one.rule, one.where) for one in problems}
    with pytest.raises(UnknownPart):
        registry.part("council")


def test_a_part_that_cannot_be_read_is_named_with_its_caller() -> None:
    broken = replace(PART_FILES, diagram=b"<definitions/>")

    assert ("process.missing", "council.bpmn") in rules_of(replace(FILES, parts={"council": broken}))


@pytest.mark.usefixtures("app")
def test_a_running_instance_keeps_the_part_it_began_with() -> None:
    meeting = a_meeting()
    meeting.begin()
    publish(CALLER, CALLER_FORMS, parts=[replace(OTHER_PART, diagram=COUNCIL)])
    meeting.propose()

    task = open_tasks()[0]
    row = db.session.get_one(ProcessInstance, task.instance_id)
    fields = definitions.get(db.session(), row.definition_version_id).form(task.spot).fields
    assert [one.key for one in fields] == ["budget", "yes", "remark"]


@pytest.mark.usefixtures("app")
def test_a_task_in_a_call_takes_name_duty_and_clause_from_it() -> None:
    a_meeting().begin()
    definition = definitions.get(db.session(), open_tasks()[0].definition_version_id)

    spec = definition.user_task(Spot("vote", "approve_plan"))

    assert (spec.name, spec.duty, spec.clause) == ("Decide on approve_plan", "approve_plan", "6.3")
    assert json.loads(definition.form_text(Spot("vote", "approve_plan")))["schemaVersion"] == 19
