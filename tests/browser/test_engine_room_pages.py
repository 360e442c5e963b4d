"""Hand-over, instance, faults and definitions: nobody is kept out, nothing sticks out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.accounts.models import Person
from app.accounts.people import disable
from app.accounts.sessions import begin
from app.factory import HANDOVER
from app.foundation.unit_of_work import unit_of_work
from app.workflow.faults import Source, record_fault
from app.workflow.holds import hold
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.factories.accounts import Somebody, a_person
from tests.factories.organisation import a_process
from tests.scenarios.company import Company
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, confirmed, open_capa

__all__ = ["app", "company", "scenario", "template"]


@dataclass(frozen=True)
class Pages:
    """Who looks at what, by the picture's name."""

    admin: Somebody
    manager: Somebody
    of_admin: dict[str, str]
    of_manager: dict[str, str]


@pytest.fixture
def pages(scenario: Scenario, company: Company) -> Pages:
    """A leaver with things in hand, an instance that runs, one on hold, and a fault."""
    capa = analyse(open_capa(scenario))
    held = confirmed(scenario.sibling())
    leaver = company.people["capa_owner"]
    with unit_of_work() as uow:
        admin = a_person(uow, "adam.admin", roles=[("admin", None)])
        a_process(uow, "MILL", owner_id=leaver)
        error = ValueError("the calendar has no such day")
        record_fault(uow, Source("timer", 1), error, instance_id=held.instance_id, element_id="wait")
        hold(uow, held.instance_id, "Waits for the customer")
        disable(uow, leaver, HANDOVER, reason="Moves to Umeå")
        manager = uow.session.get_one(Person, company.people["quality_manager"])
        begin(uow, manager.id, browser="a test", address="127.0.0.1")
    return Pages(
        admin,
        Somebody(manager.id, manager.user_name),
        {
            "handover": f"/admin/people/{leaver}/handover",
            "handovers": "/admin/handovers",
            "leaver": f"/admin/people/{leaver}",
            "faults": "/admin/faults",
            "definitions": "/admin/definitions",
        },
        {
            "instance": f"/instances/{capa.instance_id}",
            "instance-held": f"/instances/{held.instance_id}",
            "record-menu": f"/capas/{capa.record_id}",
        },
    )


def test_nobody_is_kept_out_and_nothing_sticks_out(look: OpenView, app: Flask, pages: Pages) -> None:
    wrong: dict[str, object] = {}

    for somebody, paths in ((pages.admin, pages.of_admin), (pages.manager, pages.of_manager)):
        view = as_person(look(app), somebody)
        for name, path in paths.items():
            view.open(path)
            if found := view.at_a_glance(name):
                wrong[name] = found

    assert wrong == {}


def test_a_leaver_is_handed_over_with_two_presses(look: OpenView, app: Flask, pages: Pages) -> None:
    page = as_person(look(app), pages.admin).open(pages.of_admin["handover"])
    page.get_by_label("Who takes over everything").select_option(label="Second Owner (second.owner)")
    page.get_by_label("Reason").fill("Moves to Umeå")

    page.get_by_role("button", name="Hand over").last.click()

    expect(page.get_by_text("Nothing is left in their hands")).to_be_visible()


def test_an_instance_is_resumed_with_a_reason(look: OpenView, app: Flask, pages: Pages) -> None:
    page = as_person(look(app), pages.manager).open(pages.of_manager["instance-held"])
    page.get_by_role("button", name="Resume").first.click()
    page.get_by_label("Reason").first.fill("The customer answered")

    page.get_by_role("dialog").get_by_role("button", name="Resume").click()

    expect(page.get_by_text("It goes on.")).to_be_visible()
