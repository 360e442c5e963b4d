"""The admin pages of faults and definition versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.models import TrailEntry
from app.workflow.faults import Source, StepBroken, record_fault
from app.workflow.loaded import Loaded
from app.workflow.models import DefinitionVersion, Fault, Timer
from tests.factories.browser import Browser
from tests.scenarios.company import Company
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report

__all__ = ["app", "company", "scenario", "template"]


@pytest.fixture
def admin(as_role: Callable[..., Browser], company: Company) -> Browser:
    assert company.site
    return as_role("admin")


@pytest.fixture
def fault_id(scenario: Scenario) -> int:
    """A timer of a reported nonconformity that could not fire; it is gone meanwhile."""
    instance_id = report(scenario).instance_id
    with unit_of_work() as uow:
        error = ValueError("the calendar has no such day")
        return record_fault(uow, Source("timer", 4711), error, instance_id=instance_id, element_id="wait").id


def fault(fault_id: int) -> Fault:
    db.session.rollback()
    return db.session.get_one(Fault, fault_id)


def test_a_fault_is_listed_with_its_cause_and_record(
    admin: Browser, fault_id: int, scenario: Scenario
) -> None:
    page = admin.get("/admin/faults").text

    assert fault_id
    assert "A timer could not fire" in page
    assert "ValueError: the calendar has no such day" in page
    assert scenario.record.number in page
    assert "Tried once." in page


def test_a_retry_that_works_resolves_the_fault(admin: Browser, fault_id: int) -> None:
    answer = admin.post(f"/admin/faults/{fault_id}/retry")

    assert answer.status_code == 303
    assert fault(fault_id).resolved_at == clock.now()
    assert "No faults" in admin.get("/admin/faults").text


def test_a_retry_that_fails_again_keeps_the_fault_and_says_why(
    admin: Browser, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = report(scenario).instance_id
    with unit_of_work() as uow:
        due = uow.now - timedelta(minutes=1)
        timer = Timer(instance_id=instance_id, guid="g", element_id="wait", occurrence="1", due_at=due)
        uow.session.add(timer)
        uow.session.flush()
        fault_id = record_fault(uow, Source("timer", timer.id), ValueError("x"), instance_id=instance_id).id
    monkeypatch.setattr("app.workflow.timers.instances.fire_timers", broken_step)

    answer = admin.post(f"/admin/faults/{fault_id}/retry")

    assert "It failed again" in admin.get(answer.location).text
    assert (fault(fault_id).resolved_at, fault(fault_id).attempts) == (None, 2)


def broken_step(loaded: Loaded) -> None:
    raise StepBroken(loaded.row.id, "wait", ValueError("still no such day"))


@pytest.mark.parametrize(("reason", "is_resolved"), [("", False), ("  ", False), ("Day was added", True)])
def test_a_fault_is_dismissed_with_a_reason_only(
    admin: Browser,
    fault_id: int,
    reason: str,
    is_resolved: bool,  # noqa: FBT001  # a parameter of the table above
) -> None:
    admin.post(f"/admin/faults/{fault_id}/dismiss", reason=reason)

    assert (fault(fault_id).resolved_at is not None) is is_resolved
    told = db.session.scalars(select(TrailEntry.reason).where(TrailEntry.verb == "fault.resolved")).all()
    assert told == ([reason] if is_resolved else [])


def test_a_fault_that_is_resolved_or_unknown_is_not_there(admin: Browser, fault_id: int) -> None:
    admin.post(f"/admin/faults/{fault_id}/dismiss", reason="done")

    paths = [f"/admin/faults/{one}/retry" for one in (fault_id, 987654)]

    assert [admin.post(path).status_code for path in paths] == [404, 404]


def test_an_admin_of_one_site_sees_no_faults(as_role: Callable[..., Browser], company: Company) -> None:
    assert as_role("admin", company.site).get("/admin/faults").status_code == 403


def test_versions_are_listed_with_what_runs_on_them(
    app: Flask, as_role: Callable[..., Browser], scenario: Scenario
) -> None:
    report(scenario)

    page = as_role("process_designer").get("/admin/definitions").text

    db.session.rollback()
    for version in db.session.scalars(select(DefinitionVersion)):
        assert version.bundle_sha256[:12] in page
        assert version.title in page
    assert page.count("In force") == len(db.session.scalars(select(DefinitionVersion.id)).all())
    assert app.testing
