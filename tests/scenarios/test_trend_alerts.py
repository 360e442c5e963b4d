"""A month beyond its alert limit: the owner of the process explains it, by every way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.capa.models import Nonconformity
from app.foundation import clock
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import BusinessProcess
from app.quality_events.trend_alarms import scan_month
from app.trends.models import TrendAlert
from app.workflow.delivery import deliver_due
from tests.scenarios import trend_steps as steps
from tests.scenarios.dsl import Scenario


@pytest.fixture
def owned(scenario: Scenario) -> Scenario:
    """The process owner owns the process."""
    with unit_of_work() as uow:
        process = uow.session.get_one(BusinessProcess, scenario.company.process)
        process.owner_id = scenario.company.people["process_owner"]
    return scenario


def test_the_owner_of_the_process_is_asked_why_its_month_stands_out(owned: Scenario) -> None:
    process = owned.company.process

    found = steps.alerted(owned, process_id=process, site_id=owned.company.site)

    assert set(found) == {
        "overall",
        "group:incidents",
        f"process:{process}",
        f"site:{owned.company.site}",
    }
    row = found[f"process:{process}"]
    assert row.observation == "4 in 2026-02 against 1.00 expected; by chance with probability 0.0190."
    assert owned.turn_to(row.id).steps == ["explain_trend"]
    assert owned.task("explain_trend").assignee_id == owned.company.people["process_owner"]
    assert owned.records(Nonconformity) == []


def test_what_is_about_no_process_goes_to_the_quality_coordinator(scenario: Scenario) -> None:
    row = steps.alerted(scenario, site_id=scenario.company.site)[f"site:{scenario.company.site}"]

    task = scenario.turn_to(row.id).task("explain_trend")

    assert (task.assignee_id, task.role, task.site_id) == (
        None,
        "quality_coordinator",
        scenario.company.site,
    )


@pytest.mark.parametrize("verdict", ["chance", "known"])
def test_an_explained_month_is_closed_with_its_reason(scenario: Scenario, verdict: str) -> None:
    site = scenario.company.site
    row = steps.alerted(scenario, site_id=site)[f"site:{site}"]

    steps.explain(scenario.turn_to(row.id), verdict)

    assert (scenario.outcome, scenario.record.status) == ("explained", "explained")
    assert scenario.record.explanation == "Four reports of one walk round the hall."
    assert scenario.record.closed_at == clock.now()
    assert scenario.records(Nonconformity) == []


def test_where_something_is_wrong_the_nonconformity_of_the_trend_opens(owned: Scenario) -> None:
    process = owned.company.process
    row = steps.alerted(owned, process_id=process)[f"process:{process}"]

    steps.explain(owned.turn_to(row.id), "wrong", "process_owner")
    deliver_due()

    (opened,) = owned.records(Nonconformity)
    assert (owned.outcome, owned.record.status) == ("nonconformity_requested",) * 2
    assert (opened.source, opened.process_id, opened.title) == ("kpi", process, row.title)
    assert opened.description.endswith("Four reports of one walk round the hall.")


def test_another_month_joins_the_open_question_once(scenario: Scenario) -> None:
    site = scenario.company.site
    alert_id = steps.alerted(scenario, site_id=site)[f"site:{site}"].id
    steps.near_misses(scenario, datetime(2026, 3, 20, tzinfo=UTC), 6, site_id=site)
    clock.clock.freeze(datetime(2026, 4, 2, tzinfo=UTC))

    for _again in range(2):
        scan_month()
        deliver_due()

    record = scenario.turn_to(alert_id).record
    assert record.observation.splitlines() == [
        "4 in 2026-02 against 1.00 expected; by chance with probability 0.0190.",
        "6 in 2026-03 against 2.50 expected; by chance with probability 0.0420.",
    ]
    assert scenario.steps == ["explain_trend"]


def test_the_same_month_does_not_ask_twice_what_is_explained(scenario: Scenario) -> None:
    site = scenario.company.site
    row = steps.alerted(scenario, site_id=site)[f"site:{site}"]
    steps.explain(scenario.turn_to(row.id))

    scan_month()
    deliver_due()

    assert [one.id for one in scenario.records(TrendAlert) if one.series == row.series] == [row.id]
