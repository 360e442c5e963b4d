"""The same story in Chromium: from the line of a checklist to an exposure that falls."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.audits.checklist import lines_of
from app.audits.finding_models import Finding
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped, wire
from app.risks.models import Risk
from app.workflow.delivery import deliver_due
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.factories.accounts import Somebody
from tests.scenarios import audit_story as tell
from tests.scenarios import finding_steps as steps
from tests.scenarios import steps as capa_steps
from tests.scenarios.company import a_company
from tests.scenarios.dsl import Scenario

Enter = Callable[[str], View]


@pytest.fixture
def story(app: Flask) -> Scenario:
    """An audit of Purchasing under way, whose checklist asks about what the last one found."""
    assert app.testing
    wire()
    with unit_of_work() as uow:
        publish_shipped(uow)
        scenario = Scenario(a_company(uow))
    tell.last_years_audit(tell.at_site_b(scenario))
    tell.proposed_audit(scenario)
    return tell.begun(scenario)


@pytest.fixture
def enter(look: OpenView, app: Flask, story: Scenario) -> Enter:
    """Lets a person of the company in with a browser of their own, again when time has passed."""
    views: dict[str, View] = {}

    def enter_as(who: str) -> View:
        view = views.get(who) or views.setdefault(who, look(app))
        return as_person(view, Somebody(story.company.people[who], who))

    return enter_as


def finish(page: Page) -> None:
    """Press the verb of the task and wait until it is done."""
    before = page.url
    page.locator(".bar .btn--primary").click()
    expect(page).not_to_have_url(before)


def answer_the_line(page: Page, audit_id: int) -> None:
    """Answer the line about the earlier finding, wait until it is sent, and follow its door."""
    (line_id,) = [one.id for one in lines_of(db.session(), audit_id) if one.origin == "earlier_finding"]
    line = page.locator(f"#line-{line_id}")
    for _step in range(page.locator("[data-line]").count()):
        if line.is_visible():
            break
        page.get_by_role("button", name="Next line").click()
    line.get_by_label("Evidence").fill("Order 44: no evaluation")
    line.get_by_text("Minor", exact=True).click()
    door = line.get_by_role("link", name="Write finding")
    expect(door).to_be_visible(timeout=20_000)
    door.click()


def write_the_finding(page: Page) -> None:
    """One button takes over what is known; the auditor adds what nobody has said yet."""
    expect(page.get_by_text("Order 44: no evaluation")).to_be_visible()
    page.get_by_role("button", name="Write the finding").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Write the finding")
    expect(page.get_by_label("Evidence").first).to_have_value(re.compile("Order 44"))
    page.get_by_label("Statement").fill("Suppliers are used before they are evaluated.")
    page.get_by_role("group", name=re.compile("^Impact")).get_by_text("3 · Moderate").click()
    page.get_by_role("group", name=re.compile("^How often")).get_by_text("Once", exact=True).click()
    expect(page.get_by_role("group", name=re.compile("^Risks")).get_by_label("Seals leak")).to_be_checked()
    finish(page)


def issue_the_finding(view: View, task_id: int) -> None:
    """The lead auditor sees the grade and why, and issues it."""
    page = view.open(f"/tasks/{task_id}")
    expect(page.get_by_text("It repeats: ").first).to_be_visible()
    page.get_by_text("Issue it", exact=True).click()
    finish(page)


def expect_in_inbox(view: View, verb: str, matter: str) -> None:
    """The task is among one's own or those of one's groups."""
    for tab in ("mine", "groups"):
        found = view.open(f"/inbox?tab={tab}").get_by_role("article").filter(has_text=matter)
        if found.get_by_role("link", name=verb).count():
            return
    raise AssertionError(f"{verb} is in no inbox")


def indicated(view: View, risk: str) -> int:
    """The score that the risk's page says events indicate."""
    page = view.open(f"/risks/{risk.partition(':')[2]}")
    said = page.get_by_role("main").inner_text()
    found = re.search(r"Indicated by events\s+(\d+)", said)
    assert found, said
    return int(found[1])


def expect_the_finding(view: View, finding_id: int) -> None:
    """The page of the finding says its grade, why, and what stands between it and its closing."""
    main = view.open(f"/findings/{finding_id}").get_by_role("main")
    for words in (
        "Major",
        "It repeats: ",
        "has not proven to be effective yet",
        "must be assessed again first",
    ):
        expect(main.get_by_text(words).first).to_be_visible()


def expect_refused(view: View, story: Scenario, audit_id: int) -> None:
    """The report is signed, but the audit does not close while its finding is open."""
    tell.answer_the_rest(story.turn_to(audit_id))
    tell.held(story)
    page = view.open(f"/tasks/{story.task('close_audit').id}")
    page.locator(".bar .btn--primary").click()
    expect(page.get_by_text("is not closed.").first).to_be_visible()
    view.complaints.clear()  # the browser notes the refusal as an error


def close_all(enter: Enter, story: Scenario, finding_id: int, audit_id: int) -> None:
    """The CAPA proves itself; finding and audit close."""
    steps.accept(steps.respond(story.turn_to(finding_id)))
    steps.verify(steps.prove_capa(story))
    view = enter("lead")
    finish(view.open(f"/tasks/{story.task('close_finding').id}"))
    finish(view.open(f"/tasks/{story.turn_to(audit_id).task('close_audit').id}"))
    expect(view.open(f"/audits/{audit_id}").get_by_role("main").get_by_text("Closed").first).to_be_visible()


def test_a_finding_that_comes_back_moves_the_risk_until_its_cause_is_gone(
    enter: Enter, story: Scenario
) -> None:
    audit_id, lead = story.record_id, enter("lead")
    risk = story.company.link("risk", story.records(Risk)[0].id)
    before = indicated(enter("risk_owner"), risk)

    page = lead.open(f"/audits/{audit_id}/checklist")
    answer_the_line(page, audit_id)
    write_the_finding(page)
    finding_id = story.records(Finding)[-1].id
    issue_the_finding(lead, story.turn_to(finding_id).task("issue_finding").id)
    deliver_due()

    expect_in_inbox(enter("capa_owner"), "Find the root cause", "Suppliers")
    expect_in_inbox(enter("risk_owner"), "Assess the risk again", "Seals leak")
    risen = indicated(enter("risk_owner"), risk)
    assert risen > before
    expect_the_finding(lead, finding_id)
    expect_refused(lead, story, audit_id)
    capa_steps.answer_reassessments(story)
    answered = indicated(enter("risk_owner"), risk)
    close_all(enter, story, finding_id, audit_id)
    assert indicated(enter("risk_owner"), risk) < answered
