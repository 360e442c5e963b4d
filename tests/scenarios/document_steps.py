"""The steps of a change of a document with plausible answers; a scenario names only what matters to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.documents.changes import revision_of_change
from app.documents.models import Document, DocumentRevision
from app.documents.revisions import effective_revision
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.links import LinkKind, link_records
from tests.factories.accounts import a_person
from tests.factories.documents import a_document
from tests.scenarios.dsl import Scenario

TEXT = "# Purpose\n\nParts are checked before they are stored.\n\n## Sampling\n\nTake 5 parts of each lot.\n"
MENDED = TEXT.replace("Take 5 parts", "Take 8 parts")


def writers(scenario: Scenario) -> None:
    """Engage an author and a document controller."""
    site = scenario.company.site
    with unit_of_work() as uow:
        for who, role in (("author", "author"), ("controller", "document_controller")):
            person = a_person(
                uow, f"the.{who}", roles=[(role, site)], site_id=site, mail=f"{who}@example.org"
            )
            scenario.company.people[who] = person.id


def in_force(scenario: Scenario, *, risk_id: int | None = None, **facts: Any) -> int:
    """A procedure with revision 1.0 in force, owned by the process owner, which may control a risk."""
    company = scenario.company
    owner = company.people["process_owner"]
    given = {"site_id": company.site, "process_id": company.process, "owner_id": owner}
    with unit_of_work(company.people["quality_manager"]) as uow:
        document = a_document(uow, content=TEXT, **given | facts)
        if risk_id is not None:
            link_records(uow, document.id, risk_id, LinkKind.CONTROLS)
        return document.id


def ask(scenario: Scenario, document_id: int | None = None, **answers: Any) -> Scenario:
    """A reporter wants a document changed, or a new one."""
    company = scenario.company
    given: dict[str, Any] = {
        "change_kind": "revise" if document_id else "new",
        "title": "Sample size for castings",
        "reason": "Five parts do not find what eight would.",
        "source": "idea",
        "urgency": "normal",
    }
    if document_id:
        given["document_id"] = company.link("document", document_id)
    else:
        given["site_id"] = company.link("site", company.site)
        given["process_id"] = company.link("process", company.process)
    return scenario.as_("reporter").start("document_change", given | answers)


def take_up(scenario: Scenario, **answers: Any) -> Scenario:
    """The document controller takes the request up."""
    company, row = scenario.company, scenario.record
    given: dict[str, Any] = {
        "request_verdict": "accept",
        "change_kind": row.change_kind,
        "change_class": "minor",
        "author_id": str(company.people["author"]),
    }
    if row.document_id:
        given["document_id"] = company.link("document", row.document_id)
    elif row.change_kind == "new":
        given["document_type"] = "procedure"
        given["site_id"] = company.link("site", company.site)
        given["process_id"] = company.link("process", company.process)
    return scenario.as_("controller").complete("take_up_request", given | answers)


def refuse(scenario: Scenario) -> Scenario:
    """The document controller refuses the request."""
    answers = {"request_verdict": "refuse", "request_note": "The drawing says it already."}
    return scenario.as_("controller").complete("take_up_request", answers)


def assess(scenario: Scenario, **answers: Any) -> Scenario:
    """The author finds that nothing else changes, and the process owner agrees."""
    given = {"affected_processes": "none besides its own", "risk_effect": "none"}
    scenario.as_("author").complete("assess_impact", given | answers)
    return scenario.as_("process_owner").complete("confirm_impact", {"impact_verdict": "complete"})


def write(scenario: Scenario, **answers: Any) -> Scenario:
    """The author writes the draft."""
    company, row = scenario.company, scenario.record
    given: dict[str, Any] = {
        "document_title": "Incoming inspection",
        "content_kind": "markdown",
        "draft_content": MENDED,
        "change_summary": "Eight parts instead of five.",
        "document_type": row.document_type,
        "document_owner_id": str(company.people["process_owner"]),
        "retention_years": "10",
        "controlled_risks": [f"risk:{one['id']}" for one in row.controlled_risks or ()],
    }
    if row.document_id is None:
        given["area"] = "PUR"
    return scenario.as_("author").complete("write_draft", given | answers)


def review(scenario: Scenario, who: str, verdict: str = "ready", *comments: tuple[str, str]) -> Scenario:
    """A reviewer says what they think of the draft."""
    rows = [{"section": section, "text": text} for section, text in comments]
    return scenario.as_(who).complete("review_draft", {"review_verdict": verdict, "review_comments": rows})


def reviewed(scenario: Scenario) -> Scenario:
    """Both reviewers find the draft ready."""
    review(scenario, "process_owner")
    return review(scenario, "quality_coordinator")


def approve(scenario: Scenario, *who: str) -> Scenario:
    """Everybody the chain asks approves: for a procedure, the quality manager and the process owner."""
    for one in who or ("quality_manager", "process_owner"):
        scenario.as_(one).complete("approve_change", {"verdict": "approve"})
    return scenario


def send_back(scenario: Scenario, who: str = "quality_manager") -> Scenario:
    """An approver does not approve."""
    answers = {"verdict": "refuse", "comment": "The sample has no source."}
    return scenario.as_(who).complete("approve_change", answers)


def release(scenario: Scenario, **answers: Any) -> Scenario:
    """The document controller lets it come into force in two weeks."""
    day = clock.now().date() + timedelta(days=14)
    given = {"release_mode": "date", "effective_on": day.isoformat()}
    return scenario.as_("controller").complete("set_release", given | answers)


def approved(scenario: Scenario, document_id: int | None = None, **answers: Any) -> Scenario:
    """A minor change of a procedure, up to its approval."""
    return approve(reviewed(write(assess(take_up(ask(scenario, document_id))), **answers)))


def revised(scenario: Scenario, document_id: int | None = None, **answers: Any) -> Scenario:
    """A minor change of a procedure, up to its revision in force."""
    return release(approved(scenario, document_id, **answers)).after(days=15)


def reworded(scenario: Scenario, document_id: int) -> Scenario:
    """A change of words alone, in force on the day of its approval."""
    take_up(ask(scenario, document_id), change_class="administrative")
    approve(write(scenario, draft_content=f"{MENDED}\nSee the drawing.\n"), "controller")
    return release(scenario, effective_on=clock.now().date().isoformat()).after(hours=1)


def document(scenario: Scenario) -> Document:
    """The document of the change as it is stored."""
    return db.session.get_one(Document, scenario.record.document_id)


def in_force_of(document_id: int) -> DocumentRevision | None:
    """The revision of a document that is in force."""
    db.session.rollback()
    return effective_revision(db.session(), document_id)


def statuses(document_id: int) -> dict[str, str]:
    """The status of each revision of a document."""
    db.session.rollback()
    rows = db.session.scalars(select(DocumentRevision).where(DocumentRevision.document_id == document_id))
    return {row.label: row.status for row in rows}


def revision_of(scenario: Scenario) -> DocumentRevision:
    """The revision that the change of the story makes."""
    db.session.rollback()
    revision = revision_of_change(db.session(), scenario.record_id)
    assert revision is not None, "there is no draft yet"
    return revision


def give_mail(scenario: Scenario, who: str) -> None:
    """Give a person an address."""
    with unit_of_work() as uow:
        uow.session.get_one(Person, scenario.company.people[who]).mail = f"{who}@example.org"


def in_days(days: int) -> date:
    """A day from today on."""
    return clock.now().date() + timedelta(days=days)


def withdrawn(scenario: Scenario, document_id: int, **answers: str) -> Scenario:
    """A document whose withdrawal is approved and signed."""
    assess(take_up(ask(scenario, document_id, change_kind="withdraw")))
    approve(scenario)
    given = {"archive_until": "2036-03-31"}
    return scenario.as_("controller").complete("withdraw_document", given | answers)
