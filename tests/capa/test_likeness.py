from __future__ import annotations

from dataclasses import replace

import pytest

from app.capa.likeness import ALIKE_FROM
from app.capa.models import Capa
from app.foundation.db import db
from app.foundation.settings import set_value
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent
from app.quality_events.rows import stands_now
from app.workflow.completion import GuardRefused
from tests.factories.organisation import a_failure_mode
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import (
    check,
    close_capa,
    confirmed,
    contain,
    report,
    review_risks,
    triage,
    waiting,
)

TITLE = "Seal face out of flatness"
ALIKE = "Flatness of seal faces is out"
OTHER = "Label torn in transport"


def alike(scenario: Scenario, title: str = ALIKE, **answers: object) -> Scenario:
    """Reported in these words, with a failure mode nobody named before."""
    with unit_of_work() as uow:
        company = replace(scenario.company, failure_mode=a_failure_mode(uow))
    return contain(report(Scenario(company), title=title, **answers))


def link(scenario: Scenario) -> str:
    return f"nonconformity:{scenario.record_id}"


def keys_of(*scenarios: Scenario) -> list[str | None]:
    db.session.rollback()
    ids = [one.record_id for one in scenarios]
    rows = db.session.query(QualityEvent).where(QualityEvent.subject_id.in_(ids), stands_now())
    return [row.recurrence_key for row in rows.order_by(QualityEvent.subject_id)]


@pytest.mark.parametrize(("title", "likeness"), [(ALIKE, 93), (TITLE, 100), ("Seal face scratched", 0)])
def test_reports_whose_words_look_alike_are_suggested_and_not_counted(
    scenario: Scenario, title: str, likeness: int
) -> None:
    first = confirmed(scenario)

    record = alike(scenario, title).record

    words = [(first.record.number, f"looks alike ({likeness} %)")] if likeness else []
    assert [(one["number"], one["outcome"]) for one in record.similar] == words
    assert (record.similar_count, record.is_recurrent) == (1, False)


def test_how_alike_they_must_be_is_a_setting(scenario: Scenario) -> None:
    confirmed(scenario)
    with unit_of_work() as uow:
        set_value(uow, ALIKE_FROM, "95", scenario.company.site)

    assert alike(scenario).record.similar == []


def test_reports_of_another_site_and_those_that_were_no_case_are_not_suggested(scenario: Scenario) -> None:
    company = scenario.company
    elsewhere = replace(company, site=company.other_site)
    report(Scenario(elsewhere), site_id=company.link("site", company.other_site))
    triage(contain(report(scenario.sibling())), triage_verdict="rejected", rejection_reason="By design.")

    assert alike(scenario).record.similar == []


def test_what_a_person_confirms_is_the_same_thing_again(scenario: Scenario) -> None:
    first = confirmed(scenario)

    again = triage(alike(scenario), same_as_id=link(first))

    assert (again.record.is_recurrent, again.record.similar_count, again.record.occurrence) == (True, 2, 2)
    assert len(set(keys_of(first, again))) == 1


def test_a_report_without_a_key_gets_one_when_another_is_the_same(scenario: Scenario) -> None:
    first = confirmed(scenario, failure_mode_id=None, requirement_ref=None)
    assert keys_of(first) == [None]

    again = triage(alike(scenario), same_as_id=link(first))

    assert keys_of(first, again) == [f"same/nonconformity:{first.record_id}"] * 2
    assert again.record.is_recurrent


def test_a_capa_that_should_have_prevented_it_is_marked_by_what_a_person_confirmed(
    scenario: Scenario,
) -> None:
    close_capa(review_risks(check(waiting(scenario).after(days=90))))
    (capa,) = scenario.records(Capa)
    first = db.session.query(QualityEvent).where(QualityEvent.kind == "nonconformity").first()
    assert first is not None

    triage(alike(scenario), same_as_id=f"nonconformity:{first.subject_id}")

    parent, child = scenario.records(Capa)
    assert (parent.id, parent.is_recurred, parent.result) == (capa.id, True, "ineffective")
    assert (child.parent_id, child.cycle) == (parent.id, 2)


def test_a_report_is_not_the_same_thing_as_itself(scenario: Scenario) -> None:
    reported = alike(scenario)

    with pytest.raises(GuardRefused):
        triage(reported, same_as_id=link(reported))
