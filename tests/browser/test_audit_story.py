"""The whole story in Chromium, with pictures: from a programme that proposes to an exposure that falls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.audits.checklist import lines_of
from app.audits.finding_models import Finding
from app.audits.models import Audit
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import publish_shipped, wire
from app.risks.models import Reassessment, Risk
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


@dataclass
class Telling:
    """Who is at which browser, and what the pages they see leave to be wished."""

    app: Flask
    look: OpenView
    story: Scenario
    views: dict[str, View] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def enter(self, who: str) -> View:
        """Let somebody in with a browser of their own, again when time has passed."""
        view = self.views.get(who) or self.views.setdefault(who, self.look(self.app))
        return as_person(view, Somebody(self.story.company.people[who], who))

    def show(self, view: View, name: str) -> None:
        """Keep the picture for the handbook, and note what is wrong with the page in any theme and width."""
        view.picture(f"handbook-auditor-story-{name}")
        self.check(view, name)

    def check(self, view: View, name: str) -> None:
        """Note what is wrong with the page in any theme and width."""
        self.wrong += [f"{name}: {what}" for what in view.everywhere()]

    def task(self, record_id: int, element_id: str) -> str:
        """The address of an open step of a record."""
        return f"/tasks/{self.story.sibling().turn_to(record_id).task(element_id).id}"


@pytest.fixture
def telling(app: Flask, look: OpenView) -> Telling:
    """A company with two sites, in whose purchasing at site B last year's audit found something."""
    assert app.testing
    wire()
    with unit_of_work() as uow:
        publish_shipped(uow)
        story = Scenario(a_company(uow))
    tell.last_years_audit(tell.at_site_b(story))
    return Telling(app, look, story)


def finish(page: Page) -> None:
    """Press the verb of the task and wait until it is done."""
    before = page.url
    page.locator(".bar .btn--primary").click()
    expect(page).not_to_have_url(before)


def score(page: Page) -> int:
    """The score that the page of a risk says events indicate."""
    found = re.search(r"Indicated by events\s+(\d+)", page.get_by_role("main").inner_text())
    assert found
    return int(found[1])


def the_programme_proposes(telling: Telling) -> None:
    """History speaks for an audit of Purchasing; the quality manager launches it in the month proposed."""
    programme_id = tell.drafted_programme(telling.story)
    view = telling.enter("quality_manager")
    row = view.open(f"/audit-programmes/{programme_id}/plan").get_by_role("row").filter(has_text="1 minor")
    expect(row.first).to_contain_text("risk 8")
    expect(row.first.get_by_text("Planned").first).to_be_attached()
    telling.show(view, "proposed")
    tell.approved_programme(telling.story)
    telling.enter("quality_manager")
    page = view.open(f"/audit-programmes/{programme_id}/plan")
    row = page.get_by_role("row").filter(has_text="1 minor")
    row.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("The audit is launched.")).to_be_visible()
    row.get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Purchasing")
    telling.story.turn_to(telling.story.records(Audit)[-1].id)
    tell.begun(telling.story)


def the_auditor_finds_it_again(telling: Telling, audit_id: int) -> None:
    """The checklist asks about the earlier finding; the line becomes a finding without typing twice."""
    view = telling.enter("lead")
    page = view.open(f"/audits/{audit_id}/checklist")
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
    telling.show(view, "line")
    door.click()


def the_auditor_writes_it(page: Page) -> None:
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


def it_is_issued_as_major(telling: Telling, finding_id: int) -> None:
    """The lead auditor sees that it repeats and is major for that, and issues it."""
    view = telling.views["lead"]
    page = view.open(telling.task(finding_id, "issue_finding"))
    expect(page.get_by_text("It repeats: ").first).to_be_visible()
    telling.show(view, "grade")
    page.get_by_text("Issue it", exact=True).click()
    finish(page)
    deliver_due()
    main = view.open(f"/findings/{finding_id}").get_by_role("main")
    expect(main.get_by_text("Major").first).to_be_visible()
    expect(main.get_by_text("has not proven to be effective yet").first).to_be_visible()
    expect(main.get_by_text("must be assessed again first").first).to_be_visible()


def two_people_find_it_in_their_inboxes(telling: Telling) -> None:
    """CAPA and reassessment are asked for side by side."""
    for who, verb, matter in (
        ("capa_owner", "Find the root cause", "Suppliers"),
        ("risk_owner", "Assess the risk again", "Seals leak"),
    ):
        view = telling.enter(who)
        page = view.open("/inbox?tab=mine")
        if not page.get_by_role("article").filter(has_text=matter).count():
            page = view.open("/inbox?tab=groups")
        row = page.get_by_role("article").filter(has_text=matter)
        expect(row.get_by_role("link", name=verb)).to_be_visible()
        telling.show(view, f"inbox-{who.replace('_', '-')}")


def the_score_says_why(telling: Telling, risk_id: int, finding: str) -> None:
    """The page of the risk shows the rise at once, and its explanation names the finding first."""
    view = telling.enter("risk_owner")
    assert score(view.open(f"/risks/{risk_id}")) == 12
    main = view.open(f"/risks/{risk_id}/why").get_by_role("main")
    expect(main).to_contain_text("2 events indicate 12 where people assessed 8.")
    expect(main.get_by_role("row").nth(1)).to_contain_text(finding)
    telling.show(view, "why")


def closing_is_refused(telling: Telling, audit_id: int, finding: str) -> None:
    """The report is signed, but the audit does not close while its finding is open; it says so."""
    tell.answer_the_rest(telling.story.turn_to(audit_id))
    tell.held(telling.story)
    view = telling.enter("lead")
    page = view.open(telling.task(audit_id, "close_audit"))
    page.locator(".bar .btn--primary").click()
    expect(page.get_by_text("is not closed.").first).to_contain_text(finding)
    view.complaints.clear()  # the browser notes the refusal as an error
    telling.show(view, "refused")
    view.complaints.clear()


def the_owner_assesses_again(telling: Telling, cell: str, indicated: int, misled: str = "") -> None:
    """The risk owner sees what the events indicate and says how the risk stands from here on."""
    view = telling.enter("risk_owner")
    task = telling.task(telling.story.records(Reassessment)[-1].id, "reassess_risk")
    page = view.open(task)
    asked = re.compile(rf"Score that the events indicate\s*{indicated}\b")
    expect(page.get_by_role("main")).to_contain_text(asked)
    telling.check(view, f"to be assessed, {indicated}")
    page.locator(f'input[name="assessment"][value="{cell}"]').check()
    agrees = page.get_by_role("group", name=re.compile("^Do you agree"))
    agrees.get_by_text("No, and I say why" if misled else "Yes", exact=True).click()
    if misled:
        page.get_by_label("Why the events mislead").fill(misled)
    page.get_by_role("group", name=re.compile("^What does it mean")).get_by_text("The risk changed").click()
    page.get_by_role("textbox", name="Why", exact=True).first.fill("No order leaves without an evaluation.")
    finish(page)
    deliver_due()


def the_capa_proves_itself(telling: Telling, finding_id: int) -> Scenario:
    """The cause is found, the plan carried out, and after the wait its effect is checked."""
    steps.accept(steps.respond(telling.story.turn_to(finding_id)))
    return steps.capa_checked(telling.story)


def the_fall_waits_for_a_person(telling: Telling, risk_id: int) -> None:
    """The events have faded, but what they raised stays until the owner has looked and somebody confirmed."""
    page = telling.enter("risk_owner").open(f"/risks/{risk_id}")
    assert score(page) == 16
    expect(page.get_by_role("main")).to_contain_text("would indicate 12 now; it falls when somebody has")
    the_owner_assesses_again(telling, "2-4", 16, "The effect is proven since.")
    reassessment = telling.story.records(Reassessment)[-1]
    answer = {"confirmation": "confirmed", "confirmation_note": "The proof is there."}
    telling.story.turn_to(reassessment.id).as_("quality_manager").complete("confirm_lower", answer)
    assert score(telling.enter("risk_owner").open(f"/risks/{risk_id}")) == 8


def the_rest_weighs_a_quarter(telling: Telling, risk_id: int) -> None:
    """A finding whose CAPA is effective weighs a quarter; the sum is that of rule 5.1, reckoned here anew."""
    today = clock.now().date()
    faded = [0.5 ** ((today - day).days / 180) for day in (date(2026, 11, 6), date(2026, 4, 3))]
    pressure = 3 * 0.25 * faded[0] + 1 * faded[1]
    view = telling.enter("risk_owner")
    main = view.open(f"/risks/{risk_id}/why").get_by_role("main")
    expect(main).to_contain_text(re.compile(rf"Pressure of the events\s*{pressure:.2f}\b"))
    expect(main.get_by_role("row").filter(has_text="Major finding")).to_contain_text("0.25")
    expect(main).to_contain_text("2 events weigh on this risk, not enough to move it from 8.")
    telling.show(view, "fallen")


def all_of_it_closes(telling: Telling, finding_id: int, audit_id: int) -> None:
    """The finding closes, and then the audit."""
    steps.verify(telling.story.turn_to(finding_id))
    view = telling.enter("lead")
    finish(view.open(telling.task(finding_id, "close_finding")))
    finish(view.open(telling.task(audit_id, "close_audit")))
    page = view.open(f"/audits/{audit_id}")
    expect(page.get_by_role("main").get_by_text("Closed").first).to_be_visible()
    telling.check(view, "closed")


def test_a_finding_that_comes_back_moves_the_risk_until_its_cause_is_gone(telling: Telling) -> None:
    story = telling.story
    the_programme_proposes(telling)
    audit_id, risk_id = story.record_id, story.records(Risk)[0].id
    the_auditor_finds_it_again(telling, audit_id)
    the_auditor_writes_it(telling.views["lead"].page)
    finding = story.records(Finding)[-1]
    it_is_issued_as_major(telling, finding.id)
    two_people_find_it_in_their_inboxes(telling)
    the_score_says_why(telling, risk_id, finding.number)
    closing_is_refused(telling, audit_id, finding.number)
    the_owner_assesses_again(telling, "3-4", 12)
    capa = the_capa_proves_itself(telling, finding.id)
    the_fall_waits_for_a_person(telling, risk_id)
    capa_steps.close_capa(capa)
    the_rest_weighs_a_quarter(telling, risk_id)
    all_of_it_closes(telling, finding.id, audit_id)
    assert not telling.wrong, "\n".join(telling.wrong)
