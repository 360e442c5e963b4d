"""The pieces of the story of a document that controls a high risk; each is what one person does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.accounts.absences import plan_absence
from app.approvals.chain import Quorum
from app.documents.change_models import DocumentChange
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.risks.models import Risk
from app.training.confirming import Given, confirm
from app.training.quizzes import Answered
from app.training.reading_models import Acknowledgement, ReadingState
from app.workflow.delivery import deliver_due
from app.workflow.timers import fire_due
from tests.browser.main_job.persona import Persona
from tests.factories.chains import a_chain, a_group, a_stage, put_in_force
from tests.scenarios import document_steps as do
from tests.scenarios import risk_steps
from tests.scenarios.dsl import Scenario

Enter = Callable[[str], Persona]
PATIENCE_MS = 60_000
WISH = "Larger samples"
HIGH_RISK = 'record.document_type = "procedure" and record.risk_band in ("high", "unacceptable")'


def rule_called(page: Page, name: str) -> Locator:
    """The section of a rule."""
    return page.locator("section").filter(has=page.get_by_role("heading", level=2, name=name, exact=True))


def build_the_chain(admin: Persona) -> None:
    """Procedures with a high risk: the quality manager and two owners at once, then top management."""
    page = admin.go("/admin/chains")
    page.get_by_role("link", name="Change of a document").click()
    admin.press("Add a rule for some records")
    admin.write("Name of the rule", "Procedure with high risk")
    admin.write("It applies if", HIGH_RISK)
    admin.press("Earlier")
    admin.press("Done")
    rule = rule_called(page, "Procedure with high risk")
    rule.get_by_role("link", name=re.compile("^Edit stage 1")).click()
    fill_the_first_stage(admin)
    rule.get_by_role("button", name=re.compile("^Add a stage")).click()
    admin.write("Name of the stage", "Top management")
    admin.pick("Whom to add", "Top management at the site")
    admin.press("Done")


def fill_the_first_stage(admin: Persona) -> None:
    page = admin.page
    admin.write("Name of the stage", "Quality and process owners")
    admin.press("Add a group, such as 2 of A and 1 of B")
    first, second = page.locator(".chain-group").nth(0), page.locator(".chain-group").nth(1)
    first.get_by_text("At least", exact=True).click()
    admin.write("Number of approvals", "2", within=first)
    admin.pick("Whom to add", "Quality manager at the site", within=second)
    admin.press("Keep")
    admin.press("Done")


def try_the_chain(admin: Persona) -> None:
    """The simulator names the rule, the people and how many of them it takes."""
    trial = admin.page.locator("#trial")
    admin.pick("Document type", "Procedure", within=trial)
    admin.pick("Risk band", "High", within=trial)
    expect(trial.get_by_text("The rule “Procedure with high risk” applies.")).to_be_visible()
    for name in ("Quality_Manager", "Second Process Owner", "Third Process Owner", "Top_Management"):
        expect(trial.locator(".sim-out").get_by_text(name)).to_be_visible()
    admin.page.get_by_role("heading", name="Procedure with high risk").evaluate("one => one.scrollIntoView()")
    admin.view.picture("handbook-admin-chain")
    assert admin.view.at_a_glance() == []


def publish_the_chain(admin: Persona, second: Persona) -> None:
    """The admin says why, a second person agrees."""
    admin.page.get_by_role("link", name="Publish version 2").click()
    expect(admin.page.get_by_text("Procedure with high risk").first).to_be_visible()
    admin.view.picture("handbook-admin-chain-publish")
    assert admin.view.at_a_glance() == []
    admin.write("Why it changes", "Two owners must stand for what controls a high risk.")
    admin.press("Ask a second person")
    expect(admin.page.get_by_text("Version 2 waits for a second person")).to_be_visible()
    second.open_task("Decide on the publication")
    second.say("Decision", "Approve")
    second.finish(signed=True)
    settle()
    admin.go("/admin/chains/document/versions")
    expect(admin.page.get_by_role("row").nth(1)).to_contain_text("In force")


def settle() -> None:
    """What the scheduler does a moment later."""
    deliver_due()
    fire_due()
    deliver_due()


def ask_for_the_change(reporter: Persona, document_id: int) -> None:
    """A reporter stands before the document and wants it changed."""
    page = reporter.go(f"/documents/{document_id}")
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("link", name="Change this document").click()
    reporter.say("You want to", "Change a document")
    reporter.write("In a few words", WISH)
    reporter.write("What is wrong or missing", "Five parts do not find what eight would.")
    reporter.pick("It comes from", "A risk")
    reporter.say("How soon", "When its turn comes")
    reporter.press("Send")
    expect(page.get_by_role("heading", level=1)).to_contain_text(WISH)


def take_it_up(controller: Persona, author: Persona) -> None:
    controller.open_task("Take up the request", WISH)
    controller.say("What becomes of it", "Take it up")
    controller.say("How great is the change", "Major")
    controller.pick("Who writes it", author.name)
    controller.finish()
    expect(controller.page.get_by_text("” is done.")).to_be_visible()


def assess_it(author: Persona, owner: Persona) -> None:
    """It lowers the risk, and the owner of the process agrees."""
    author.open_task("Assess the impact", WISH)
    author.write("Processes and places it reaches", "Incoming inspection")
    author.say("What it does to the risks", "It lowers them")
    author.choose("Which risks", "Seals leak")
    author.write("How", "Eight parts find a bad lot.")
    author.finish()
    expect(author.page.get_by_text("” is done.")).to_be_visible()
    owner.open_task("Confirm the impact", WISH)
    owner.say("Is the picture complete", "Yes")
    owner.finish()
    expect(owner.page.get_by_text("” is done.")).to_be_visible()


def write_it(author: Persona, *reviewers: Persona) -> None:
    """The author mends one line; the reviewers find it ready."""
    page = author.open_task("Write the draft", WISH)
    text = page.get_by_label("Text", exact=True)
    text.fill(text.input_value().replace("Take 5 parts", "Take 8 parts"))
    author.write("What changed, and why", "Eight parts instead of five.")
    author.choose("Who has to read it", "Action owner")
    author.finish()
    expect(page.get_by_text("” is done.")).to_be_visible()
    for reviewer in reviewers:
        reviewer.open_task("Review the draft", WISH)
        reviewer.say("May it be approved", "Yes, as it stands")
        reviewer.finish()
        expect(reviewer.page.get_by_text("” is done.")).to_be_visible()


def assess_the_risk(owner: Persona, manager: Persona) -> None:
    """The owner of the risk answers first; only then anybody is asked to approve."""
    owner.open_task("Assess the risk again", "Seals leak")
    owner.rate("Risk with the controls in place", 10)
    owner.say("What does it mean", "The risk changed")
    owner.write("Why", "Eight parts find a bad lot.")
    owner.finish()
    expect(owner.page.get_by_text("” is done.")).to_be_visible()
    manager.open_task("Confirm the answer", "Seals leak")
    manager.say("Your view", "Yes, for good reasons")
    manager.page.get_by_role("textbox", name="Why").last.fill("The samples show it.")
    manager.finish()
    expect(manager.page.get_by_text("” is done.")).to_be_visible()
    settle()


def vote(person: Persona, matter: str = WISH, *, comment: str = "") -> None:
    """Decide and sign."""
    person.open_task("Approve the change", matter)
    person.say("Decision", "Do not approve" if comment else "Approve")
    if comment:
        person.write("Comment", comment)
    person.finish(signed=True)
    expect(person.page.get_by_text("” is done.")).to_be_visible()
    settle()


def release_it(controller: Persona) -> None:
    """It comes into force when enough people have read it, at the latest in a month."""
    controller.open_task("Set the release", WISH)
    controller.say("It comes into force", "When enough people have read it")
    controller.write("Day", (clock.now() + timedelta(days=30)).date().isoformat())
    controller.finish()
    expect(controller.page.get_by_text("” is done.")).to_be_visible()
    settle()


def acknowledge(reader: Persona) -> None:
    """Read it, say so."""
    page = reader.go("/training")
    page.get_by_role("link", name=re.compile("Incoming inspection")).first.click()
    expect(page.get_by_text("Take 8 parts")).to_be_visible()
    page.get_by_label("I have read it and understood it.").check()
    reader.press("Acknowledge")
    expect(page.get_by_text(re.compile("acknowledged"))).to_be_visible()
    settle()


def all_but(story: Scenario, count: int) -> list[str]:
    """Let the readers acknowledge by themselves, but for the last ones; their names."""
    asked = select(Acknowledgement).where(Acknowledgement.state == ReadingState.OPEN.value)
    rows = db.session.scalars(asked.order_by(Acknowledgement.id)).all()
    by_id = {person: who for who, person in story.company.people.items()}
    for row in rows[:-count]:
        with unit_of_work(row.person_id) as uow:
            confirm(
                uow,
                row.person_id,
                row.id,
                Given(is_understood=True, answered=Answered((), f"reader {row.id}")),
            )
    settle()
    return [by_id[row.person_id] for row in rows[-count:]]


def approvals_of(story: Scenario, document_id: int) -> Scenario:
    """Another change of another document that controls the same risk, up to the question who approves."""
    other = story.sibling()
    do.assess(do.take_up(do.ask(other, document_id)))
    return do.reviewed(do.write(other))


def two_owners_and_quality_then_top(story: Scenario) -> None:
    """The chain the admin builds in the other story, in force without its pages."""
    owners = a_group("role:process_owner", quorum=Quorum.COUNT, number=2)
    both = a_stage("Quality and process owners", owners, a_group("role:quality_manager"))
    with unit_of_work(story.company.people["admin"]) as uow:
        put_in_force(
            uow, "document", a_chain(both, a_stage("Top management", a_group("role:top_management")))
        )


def send_away(story: Scenario, who: str, deputy: str) -> None:
    """Somebody is away for two months, and somebody acts for them."""
    people = story.company.people
    with unit_of_work(people[who]) as uow:
        today = uow.now.date()
        until = today + timedelta(days=60)
        plan_absence(uow, people[who], substitute_id=people[deputy], starts_on=today, ends_on=until)


def expect_both_names(deputy: Persona, matter: str) -> None:
    """Who acts for somebody reads for whom, before signing."""
    page = deputy.open_task("Approve the change", matter)
    expect(page.get_by_text("on behalf of Third Process Owner")).to_be_visible()
    deputy.view.picture("handbook-documents-vote")
    assert deputy.view.at_a_glance() == []


def expect_old_is_archived(owner: Persona, reader: Persona, document_id: int) -> None:
    """Whoever may looks into the archive reads with a watermark; anybody else is led to what is in force."""
    old = f"/documents/{document_id}/revisions/1.0"
    expect(owner.go(old).locator("[data-watermark=Superseded]")).to_be_visible()
    expect(reader.go(old).get_by_text("Revision 1.0 is not in force.")).to_be_visible()
    expect(reader.page.get_by_text("Take 8 parts")).to_be_visible()


def expect_gaps(manager: Persona) -> None:
    """Everybody who samples needs a skill; the matrix counts who lacks it and leads to them."""
    page = manager.go("/training/matrix?only=gaps")
    expect(page.get_by_text("20 gaps")).to_be_visible()
    page.get_by_role("link", name=re.compile("Reader 0")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reader 0")


def raise_the_risk(story: Scenario) -> None:
    """The owner of the risk sees it as unacceptable from here on."""
    risk = story.records(Risk)[0]
    asked = {"risk_id": f"risk:{risk.id}", "reason": "Two returns in a week."}
    story.sibling().as_("risk_owner").start("reassessment", asked)
    risk_steps.reassessed(story, "5-4")


def expect_it_waits_for_the_risk(author: Persona, story: Scenario) -> None:
    """Nobody is asked to approve before the risk is assessed again; the change says so."""
    settle()
    story.turn_to(story.records(DocumentChange)[-1].id)
    main = author.go(f"/document-changes/{story.record_id}").get_by_role("main")
    expect(main.get_by_text(re.compile("must be assessed again first"))).to_be_visible()
    expect(main.get_by_text(re.compile("^Waits for the reassessment of RSK-")).first).to_be_visible()
    assert story.steps == []


def come_into_force(enter: Enter, story: Scenario, document_id: int) -> None:
    """18 of 20 readers are not enough, 19 are: 95 %."""
    almost, _last = all_but(story, 2)
    assert do.statuses(document_id) == {"1.0": "effective", "2.0": "approved"}
    acknowledge(enter(almost))
    assert do.statuses(document_id) == {"1.0": "superseded", "2.0": "effective"}
    expect(enter("reporter").go(f"/documents/{document_id}").get_by_text("Take 8 parts")).to_be_visible()
