"""A month beyond its alert limit: the owner of the process explains it, by every way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.capa.models import Nonconformity
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import BusinessProcess
from app.quality_events.trend_alarms import scan_month
from app.quality_events.trends import Series
from app.trends.counted_page import counted_page, month_of
from app.trends.models import TrendAlert
from app.trends.registers import TREND_ALERTS
from app.workflow.delivery import deliver_due
from tests.factories.accounts import actor_for
from tests.scenarios import trend_steps as steps
from tests.scenarios.dsl import Scenario

OUT = "4 in Feb 2026 against 1.00 expected; by chance with probability 0.0190."


@pytest.fixture
def owned(scenario: Scenario) -> Scenario:
    """The process owner owns the process."""
    with unit_of_work() as uow:
        process = uow.session.get_one(BusinessProcess, scenario.company.process)
        process.owner_id = scenario.company.people["process_owner"]
    return scenario


def test_the_owner_of_the_process_is_asked_once_why_its_month_stands_out(owned: Scenario) -> None:
    process, site = owned.company.process, owned.company.site

    row = steps.alerted(owned, process_id=process, site_id=site)

    assert steps.stood_out(row) == [f"process:{process}", f"site:{site}", "group:incidents", "overall"]
    assert row.observation.splitlines()[0] == f"Process LAP: {OUT}"
    assert len(row.observation.splitlines()) == 4
    assert (row.site_id, row.process_id) == (site, process)
    assert owned.turn_to(row.id).steps == ["explain_trend"]
    assert owned.task("explain_trend").assignee_id == owned.company.people["process_owner"]
    assert owned.records(Nonconformity) == []


def test_what_is_about_no_process_goes_to_the_quality_coordinator(scenario: Scenario) -> None:
    row = steps.alerted(scenario, site_id=scenario.company.site)

    task = scenario.turn_to(row.id).task("explain_trend")

    assert (task.assignee_id, task.role, task.site_id) == (
        None,
        "quality_coordinator",
        scenario.company.site,
    )


def test_what_happened_at_two_sites_is_asked_apart_from_what_happened_at_one(scenario: Scenario) -> None:
    here, there = scenario.company.site, scenario.company.other_site
    steps.near_misses(scenario, datetime(2026, 2, 10, tzinfo=UTC), 1, site_id=there)

    rows = steps.month_of_four(scenario, site_id=here)

    assert {row.site_id: steps.stood_out(row) for row in rows} == {
        here: [f"site:{here}"],
        None: ["group:incidents", "overall"],
    }


@pytest.mark.parametrize("verdict", ["chance", "known"])
def test_an_explained_month_is_closed_with_its_reason(scenario: Scenario, verdict: str) -> None:
    row = steps.alerted(scenario, site_id=scenario.company.site)

    steps.explain(scenario.turn_to(row.id), verdict)

    assert (scenario.outcome, scenario.record.status) == ("explained", "explained")
    assert scenario.record.explanation == "Four reports of one walk round the hall."
    assert scenario.record.closed_at == clock.now()
    assert scenario.records(Nonconformity) == []


def test_where_something_is_wrong_the_nonconformity_of_the_trend_opens(owned: Scenario) -> None:
    process = owned.company.process
    row = steps.alerted(owned, process_id=process)

    steps.explain(owned.turn_to(row.id), "wrong", "process_owner")
    deliver_due()

    (opened,) = owned.records(Nonconformity)
    assert (owned.outcome, owned.record.status) == ("nonconformity_requested",) * 2
    assert (opened.source, opened.process_id, opened.title) == ("kpi", process, row.title)
    assert opened.requirement_ref == f"trend process:{process}"
    assert opened.description.endswith("Four reports of one walk round the hall.")


def test_another_month_joins_the_open_question_once(scenario: Scenario) -> None:
    site = scenario.company.site
    row = steps.alerted(scenario, site_id=site)
    steps.near_misses(scenario, datetime(2026, 3, 20, tzinfo=UTC), 6, site_id=site)
    clock.clock.freeze(datetime(2026, 4, 2, tzinfo=UTC))

    for _again in range(2):
        scan_month()
        deliver_due()

    record = scenario.turn_to(row.id).record
    assert [line for line in record.observation.splitlines() if line.startswith("Site GDA")] == [
        f"Site GDA: {OUT}",
        "Site GDA: 6 in Mar 2026 against 2.50 expected; by chance with probability 0.0420.",
    ]
    assert scenario.steps == ["explain_trend"]
    assert len(scenario.records(TrendAlert)) == 1


def test_the_nonconformity_is_of_the_series_that_was_asked_about_first(owned: Scenario) -> None:
    site, process = owned.company.site, owned.company.process
    row = steps.alerted(owned, site_id=site, process_id=process)
    steps.near_misses(owned, datetime(2026, 3, 20, tzinfo=UTC), 6, site_id=site)
    clock.clock.freeze(datetime(2026, 4, 2, tzinfo=UTC))
    scan_month()
    deliver_due()

    steps.explain(owned.turn_to(row.id), "wrong", "process_owner")
    deliver_due()

    (opened,) = owned.records(Nonconformity)
    assert len(steps.stood_out(row)) == 7
    assert (opened.process_id, opened.requirement_ref) == (process, f"trend process:{process}")
    assert (opened.title, opened.occurred_at.month) == (row.title, 2)


def test_an_alert_about_one_series_keeps_its_own_words_when_a_month_joins(
    scenario: Scenario, app: Flask
) -> None:
    site = scenario.company.site
    row = steps.of_one_series(steps.alerted(scenario, site_id=site))
    steps.near_misses(scenario, datetime(2026, 3, 20, tzinfo=UTC), 6, site_id=site)
    clock.clock.freeze(datetime(2026, 4, 2, tzinfo=UTC))

    scan_month()
    deliver_due()

    row = scenario.turn_to(row.id).record
    with app.test_request_context():
        (stood_out,) = TREND_ALERTS.sections(db.session(), row)
        facts = TREND_ALERTS.facts(db.session(), row)
    assert (stood_out.facts[0].name, stood_out.facts[0].value) == ("Site GDA", OUT)
    assert [one.value for one in facts] == ["Feb 2026", *["6 in Mar 2026"] * 3]


def test_the_same_month_does_not_ask_twice_what_is_explained(scenario: Scenario) -> None:
    row = steps.alerted(scenario, site_id=scenario.company.site)
    steps.explain(scenario.turn_to(row.id))

    scan_month()
    deliver_due()

    assert [one.id for one in scenario.records(TrendAlert)] == [row.id]


def test_what_is_explained_is_not_asked_again_when_it_stands_out_elsewhere(scenario: Scenario) -> None:
    here, there = scenario.company.site, scenario.company.other_site
    row = steps.alerted(scenario, site_id=here)
    steps.explain(scenario.turn_to(row.id))
    steps.near_misses(scenario, datetime(2026, 2, 10, tzinfo=UTC), 1, site_id=there)

    scan_month()
    deliver_due()

    assert [one.id for one in scenario.records(TrendAlert)] == [row.id]
    assert steps.stood_out(row) == [f"site:{here}", "group:incidents", "overall"]
    assert len(row.observation.splitlines()) == 3


def test_only_what_is_not_explained_is_asked_when_more_stands_out(owned: Scenario) -> None:
    site, process = owned.company.site, owned.company.process
    row = steps.alerted(owned, site_id=site)
    steps.explain(owned.turn_to(row.id))
    steps.found_to_be_of(owned, process)

    scan_month()
    deliver_due()

    (second,) = [one for one in owned.records(TrendAlert) if one.id != row.id]
    assert steps.stood_out(second) == [f"process:{process}"]
    assert (second.title, second.observation) == ("Trend: Process LAP", f"Process LAP: {OUT}")
    assert (second.series, second.process_id, second.site_id) == (f"process:{process}", process, site)


def test_each_figure_of_an_alert_opens_exactly_the_records_it_counts(scenario: Scenario, app: Flask) -> None:
    row = steps.alerted(scenario, site_id=scenario.company.site)
    steps.near_misses(scenario, datetime(2026, 3, 1, tzinfo=UTC), 3, site_id=scenario.company.site)
    actor = actor_for(scenario.company.people["quality_coordinator"])

    with app.test_request_context():
        facts = TREND_ALERTS.facts(db.session(), row)
        asked = [parse_qs(urlsplit(one.url).query) for one in facts]
        pages = [
            counted_page(
                db.session(),
                actor,
                series=Series.of_key(one["series"][0]),
                month=month_of(one["month"][0], clock.now()),
            )
            for one in asked
        ]

    assert [one.value for one in facts] == ["4 in Feb 2026"] * len(steps.stood_out(row))
    assert [page.lead for page in pages] == [one.value for one in facts]
    assert {page.unseen for page in pages} == {"4 more are counted and not for you to see."}


@pytest.mark.parametrize("text", ["9999-12", "2026-04", "never", ""])
def test_no_month_or_one_to_come_is_the_present_one(text: str) -> None:
    assert month_of(text, datetime(2026, 3, 31, tzinfo=UTC)) == date(2026, 3, 1)
