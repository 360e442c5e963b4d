"""The story of a document that controls a high risk, in Chromium: the chain, the change, votes, readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.accounts.models import Person
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.training.entries import LISTS, EntryKey
from app.training.maintain import add_entry
from tests.browser import documents_story as tell
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.main_job.persona import Persona
from tests.browser.rig import View
from tests.factories.accounts import Somebody, a_person
from tests.scenarios import document_steps as do
from tests.scenarios import risk_steps
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario

__all__ = ["app", "company", "scenario", "template"]
pytestmark = pytest.mark.slow


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A company with three owners of the process, a deputy, and an admin who is not alone."""
    do.writers(scenario)
    company = scenario.company
    everywhere = {"admin": "admin", "second": "process_approver"}
    with unit_of_work() as uow:
        for who in ("second.process.owner", "third.process.owner", "deputy"):
            role = "reporter" if who == "deputy" else "process_owner"
            found = a_person(uow, who, roles=[(role, company.site)], site_id=company.site)
            company.people[who] = found.id
        for number in range(19):
            found = a_person(
                uow, f"reader.{number}", roles=[("action_owner", company.site)], site_id=company.site
            )
            company.people[f"reader.{number}"] = found.id
        for who, role in everywhere.items():
            company.people[who] = a_person(uow, who, roles=[(role, None)], site_id=company.site).id
        skill = add_entry(uow, LISTS[EntryKey.SKILL], {"name": "Sampling"})
        need = {"role": "action_owner", "skill_id": skill, "level": 2, "is_control": False}
        add_entry(uow, LISTS[EntryKey.REQUIREMENT], need)
    return scenario


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Many act one after the other here: a slow machine gets more time than for a single page."""
    expect.set_options(timeout=tell.PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def enter(look: OpenView, app: Flask, story: Scenario) -> tell.Enter:
    """Lets a person of the company in with a browser of their own, again when time has passed."""
    views: dict[str, View] = {}

    def enter_as(who: str) -> Persona:
        view = views.get(who) or views.setdefault(who, look(app))
        view.page.set_default_timeout(tell.PATIENCE_MS)
        as_person(view, Somebody(story.company.people[who], who))
        person = db.session.get_one(Person, story.company.people[who])
        return Persona(person.name, person.user_name, view)

    return enter_as


def test_the_chain_the_admin_builds_decides_about_a_procedure_that_lowers_a_high_risk(
    enter: tell.Enter, story: Scenario
) -> None:
    admin = enter("admin")
    tell.build_the_chain(admin)
    tell.try_the_chain(admin)
    tell.publish_the_chain(admin, enter("second"))
    risk_id = risk_steps.registered(story, "3-5").record_id
    document_id = do.in_force(story, risk_id=risk_id)

    tell.ask_for_the_change(enter("reporter"), document_id)
    tell.take_it_up(enter("controller"), enter("author"))
    tell.assess_it(enter("author"), enter("process_owner"))
    tell.write_it(enter("author"), enter("process_owner"), enter("quality_coordinator"))
    tell.expect_it_waits_for_the_risk(enter("author"), story)
    tell.assess_the_risk(enter("risk_owner"), enter("quality_manager"))
    for who in ("second.process.owner", "quality_manager", "process_owner", "top_management"):
        tell.vote(enter(who))
    tell.release_it(enter("controller"))
    tell.come_into_force(enter, story, document_id)
    tell.expect_old_is_archived(enter("process_owner"), enter("reporter"), document_id)
    tell.expect_gaps(enter("quality_manager"))


def test_a_stage_ends_in_any_order_of_votes_and_one_no_leads_back(enter: tell.Enter, story: Scenario) -> None:
    tell.two_owners_and_quality_then_top(story)
    risk_id = risk_steps.registered(story, "3-5").record_id
    first, second = (do.in_force(story, risk_id=risk_id) for _number in range(2))
    approved, refused = tell.approvals_of(story, first), tell.approvals_of(story, second)
    tell.send_away(story, "third.process.owner", "deputy")

    tell.expect_both_names(enter("deputy"), "SOP-PUR-001")
    for who in ("deputy", "process_owner", "quality_manager", "top_management"):
        tell.vote(enter(who), "SOP-PUR-001")
    tell.vote(enter("quality_manager"), "SOP-PUR-002")
    tell.vote(enter("process_owner"), "SOP-PUR-002", comment="The sample has no source.")

    assert approved.record.status == "approved"
    assert (refused.record.status, refused.steps) == ("drafting", ["write_draft"])
    page = enter("author").open_task("Write the draft", "SOP-PUR-002")
    expect(page.get_by_text("The sample has no source.").first).to_be_visible()


def test_a_risk_that_rises_leaves_two_documents_behind_and_their_owners_hear_of_it(
    enter: tell.Enter, story: Scenario
) -> None:
    risk_id = risk_steps.registered(story, "3-4").record_id
    for title in ("Incoming inspection", "Lapping"):
        do.in_force(story, risk_id=risk_id, title=title)

    tell.raise_the_risk(story)

    page = enter("quality_manager").go("/documents?risks=stale")
    expect(page.get_by_role("row").filter(has_text="Not risk-current")).to_have_count(2)
    for title in ("Incoming inspection", "Lapping"):
        enter("process_owner").open_task("Look at the document", title)
    expect(enter("process_owner").page.get_by_text("moved from high to unacceptable").first).to_be_visible()
