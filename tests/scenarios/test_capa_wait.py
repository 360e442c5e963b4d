from __future__ import annotations

import pytest

from app.capa.service import NotWaiting, UnitsInvalid, report_clean_units
from app.workflow.acts import perform
from app.workflow.holds import cancel, hold, resume
from tests.factories.accounts import actor_for
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, close_nonconformity, open_capa, waiting


def count_units(scenario: Scenario, units: int) -> Scenario:
    """The quality manager reports units that went without a failure."""
    actor = actor_for(scenario.company.people["quality_manager"])
    capa_id = scenario.record_id
    perform(actor.id, lambda uow: report_clean_units(uow, actor, capa_id, units, "Shift reports"))
    return scenario.after(seconds=0)


def test_enough_clean_units_before_half_of_the_wait_end_it_at_half(scenario: Scenario) -> None:
    count_units(waiting(scenario, min_clean_units=500), 500)
    before = scenario.after(days=44).steps

    scenario.after(days=1)

    assert (before, scenario.steps) == ([], ["check_effectiveness"])


def test_enough_clean_units_in_the_second_half_end_it_at_once(scenario: Scenario) -> None:
    count_units(waiting(scenario, min_clean_units=500), 200)
    before = scenario.after(days=50).steps

    count_units(scenario, 500)

    assert (before, scenario.steps) == ([], ["check_effectiveness"])


def test_without_a_number_in_the_plan_only_time_proves_it(scenario: Scenario) -> None:
    waiting(scenario).after(days=50)

    count_units(scenario, 1_000_000)

    assert scenario.steps == []


def test_units_cannot_become_fewer(scenario: Scenario) -> None:
    count_units(waiting(scenario, min_clean_units=500), 200)

    with pytest.raises(UnitsInvalid):
        count_units(scenario, 100)


def test_units_count_only_while_it_waits(scenario: Scenario) -> None:
    with pytest.raises(NotWaiting):
        count_units(open_capa(scenario), 10)


def test_a_wait_on_hold_does_not_end(scenario: Scenario) -> None:
    waiting(scenario)
    number = scenario.instance_id
    perform(None, lambda uow: hold(uow, number, "The line stands still."))
    held = scenario.after(days=100).steps

    perform(None, lambda uow: resume(uow, number, "The line runs again."))

    assert held == []
    assert scenario.after(days=1).steps == ["check_effectiveness"]


def test_a_cancelled_one_is_closed_as_cancelled_with_its_tasks(scenario: Scenario) -> None:
    analyse(open_capa(scenario))
    number = scenario.instance_id

    perform(None, lambda uow: cancel(uow, number, "Covered by another CAPA."))

    assert (scenario.record.status, scenario.steps) == ("cancelled", [])
    assert scenario.record.closed_at is not None


def test_a_closed_nonconformity_no_longer_waits_for_a_cancelled_capa(scenario: Scenario) -> None:
    open_capa(scenario)
    nonconformity = scenario.sibling().turn_to(scenario.record.extra["requested_by_id"])
    close_nonconformity(nonconformity)
    number = scenario.instance_id

    perform(None, lambda uow: cancel(uow, number, "Covered by another CAPA."))

    assert nonconformity.record.status == "closed"
