"""From the programme to the signed report: what the people of an audit do, each at their browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from app.foundation import clock
from tests.browser.audit_story.telling import Telling, day, settle
from tests.browser.capa_steps import approve, finish

PROGRAMME, PROCESS, SITE = "Audit programme 2027", "Purchasing", "Site LEE"
EVIDENCE = "Order 44: no evaluation"
EARLIER = "Earlier finding"


def history_proposes_an_audit(telling: Telling) -> str:
    """A programme for the site proposes to audit Purchasing, and says why; return its page."""
    manager = telling["quality_manager"]
    manager.go("/start/audit_programme")
    manager.write("In one line", PROGRAMME)
    manager.write("Year", "2027")
    manager.pick("Led from", SITE)
    manager.choose("Sites", SITE)
    manager.press("Send")
    manager.page.get_by_role("link", name="audits planned").click()
    row = purchasing(manager.page.get_by_role("main"))
    expect(row).to_contain_text("risk 8")
    expect(row.get_by_text("Planned").first).to_be_attached()
    telling.show("quality_manager", "proposed")
    return manager.page.url.removeprefix(manager.view.address)


def the_programme_is_approved(telling: Telling) -> None:
    """The quality manager takes the months proposed, top management approves them."""
    manager = telling["quality_manager"]
    manager.open_task("Build the programme", PROGRAMME)
    manager.write("Objectives", "Does it hold?")
    manager.write("Methods", "On site")
    manager.write("Resources", "Two auditors")
    finish(manager)
    approve(telling["top_management"], "Approve the programme", PROGRAMME)


def the_audit_is_launched(telling: Telling, plan: str) -> str:
    """The quality manager launches it from the cell of its month; return the page of the audit."""
    manager = telling["quality_manager"]
    settle()
    row = purchasing(manager.go(plan).get_by_role("main"))
    row.get_by_role("button", name="Launch").click()
    expect(manager.page.get_by_text("The audit is launched.")).to_be_visible()
    purchasing(manager.page.get_by_role("main")).get_by_role("link").last.click()
    expect(manager.page.get_by_role("heading", level=1)).to_contain_text(PROCESS)
    return manager.page.url.removeprefix(manager.view.address)


def the_audit_begins(telling: Telling) -> None:
    """The lead auditor plans it, the auditee answers the notice, and it begins as planned."""
    lead = telling["lead"]
    lead.open_task("Plan the audit", PROCESS)
    lead.write("Scope", "How suppliers are chosen")
    lead.write("Criteria", "8.4.1, WI-114")
    lead.pick("It looks at", "A process")
    lead.say("How", "On site")
    lead.write("First day", day(30))
    lead.write("Last day", day(31))
    lead.pick("Lead auditor", lead.name)
    lead.pick("Auditee", telling["auditee"].name)
    finish(lead)
    telling.story.after(days=17)
    auditee = telling["auditee"]
    auditee.open_task("Answer the notice", PROCESS)
    auditee.say("The days are", "Possible")
    finish(auditee)
    lead = telling["lead"]
    lead.open_task("Prepare the audit", PROCESS)
    lead.say("The audit", "Begins as planned")
    finish(lead)


def the_checklist_is_answered(telling: Telling, audit: str) -> None:
    """All of it conforms but what the last audit found; that line becomes a finding."""
    page = telling["lead"].go(f"{audit}/checklist")
    lines = page.locator("[data-line]")
    for number in range(lines.count()):
        _answer(lines.nth(number))
        if number + 1 < lines.count():
            page.get_by_role("button", name="Next line").click()
    expect(page.locator("[data-minutes-answered]")).to_have_text(str(lines.count()))
    line = lines.filter(has_text=EARLIER)
    while not line.is_visible():
        page.get_by_role("button", name="Back").click()
    door = line.get_by_role("link", name="Write finding")
    expect(door).to_be_visible(timeout=20_000)
    telling.show("lead", "line")
    door.click()


def _answer(line: Locator) -> None:
    if EARLIER not in line.inner_text():
        line.get_by_text("Conforms", exact=True).click()
        return
    line.get_by_label("Evidence").fill(EVIDENCE)
    line.get_by_text("Minor", exact=True).click()


def the_finding_is_written(telling: Telling) -> None:
    """One button takes over what is known; the auditor adds what nobody has said yet."""
    lead = telling["lead"]
    expect(lead.page.get_by_text(EVIDENCE)).to_be_visible()
    lead.press("Write the finding")
    expect(lead.page.get_by_role("heading", level=1)).to_contain_text("Write the finding")
    expect(lead.page.get_by_label("Evidence").first).to_have_value(re.compile("Order 44"))
    lead.write("Statement", "Suppliers are used before they are evaluated.")
    lead.say("Impact", "3 · Moderate")
    lead.say("How often", "Once")
    risks = lead.page.get_by_role("group", name=re.compile("^Risks"))
    expect(risks.get_by_label("Seals leak")).to_be_checked()
    finish(lead)


def it_is_issued_as_major(telling: Telling, matter: str, path: str) -> None:
    """The lead auditor sees that it repeats and is major for that, and issues it."""
    lead = telling["lead"]
    page = lead.open_task("Issue the finding", matter)
    expect(page.get_by_text("It repeats: ").first).to_be_visible()
    telling.show("lead", "grade")
    lead.say("Decision", "Issue it")
    finish(lead)
    settle()
    main = lead.go(path).get_by_role("main")
    expect(main.get_by_text("Major").first).to_be_visible()
    expect(main.get_by_text("has not proven to be effective yet").first).to_be_visible()
    expect(main.get_by_text("must be assessed again first").first).to_be_visible()


def the_report_is_signed(telling: Telling) -> None:
    """The closing meeting is held, the report written, and the quality manager signs it."""
    lead = telling["lead"]
    lead.open_task("Carry out the audit", PROCESS)
    lead.write("Closing meeting held at", f"{clock.now():%Y-%m-%dT%H:%M}")
    lead.write("Who took part", "Auditee, buyers, team")
    finish(lead)
    lead.open_task("Write the report", PROCESS)
    lead.write("Summary", "Twelve orders followed.")
    lead.say("The process is", "Partly effective")
    finish(lead)
    approve(telling["quality_manager"], "Sign the report", PROCESS)


def closing_is_refused(telling: Telling, finding: str) -> None:
    """The audit does not close while its finding is open; it says so."""
    lead = telling["lead"]
    lead.open_task("Close the audit", PROCESS)
    lead.finish()
    expect(lead.page.get_by_text("is not closed.").first).to_contain_text(finding)
    lead.view.complaints.clear()  # the browser notes the refusal as an error
    telling.show("lead", "refused")
    lead.view.complaints.clear()


def all_of_it_closes(telling: Telling, matter: str, audit: str) -> None:
    """The auditor sees that it was put right; the finding closes, and then the audit."""
    lead = telling["lead"]
    lead.open_task("Verify what was done", matter)
    lead.say("What you found", "It is put right")
    lead.write("What did you look at", "Three evaluations.")
    finish(lead)
    for verb, about in (("Close the finding", matter), ("Close the audit", PROCESS)):
        lead.open_task(verb, about)
        finish(lead)
    expect(lead.go(audit).get_by_role("main").get_by_text("Closed").first).to_be_visible()


def purchasing(main: Locator) -> Locator:
    """The line of the programme that history speaks for."""
    return main.get_by_role("row").filter(has_text="1 minor").first
