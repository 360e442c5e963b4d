"""The library of the demo company: how its documents came about, and which of them change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.demo.agenda import Story
from app.demo.document_texts import (
    INSPECTION,
    INSPECTION_PORES,
    LAPPING,
    LAPPING_LIMIT,
    POLICY,
    TORQUE,
    TORQUE_RECORDED,
)
from app.demo.nonconformity_steps import QUALITY_MANAGER
from app.demo.stage import Stage
from app.documents.change_models import DocumentChange, DocumentReview
from app.documents.copies import CopyOrder, issue_copy
from app.foundation.db import db
from app.organisation.kinds import KindKey
from app.workflow.acts import perform

CONTROLLER = "elin.sund"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it is written. Shape: `approvers` in the order in which the chain asks them."""

    key: str
    title: str
    kind: str
    process: str
    area: str
    text: str
    author: str
    owner: str
    reviewers: tuple[str, str]
    approvers: tuple[str, ...]
    site: str = ""
    risk: str = ""
    audience: tuple[str, ...] = ()
    clauses: str = ""


PAPERS = (
    Paper(
        *("policy", "Quality policy", "policy", "QMS", "QM", POLICY, CONTROLLER, QUALITY_MANAGER),
        reviewers=("karin.falk", QUALITY_MANAGER),
        approvers=(QUALITY_MANAGER, "oskar.nyberg"),
        clauses="5.2",
    ),
    Paper(
        *("lapping", "Lapping of seal faces", "procedure", "SEA", "SEA", LAPPING),
        *("aneta.zielinska", "tomasz.wilk"),
        reviewers=("tomasz.wilk", "marta.kowalska"),
        approvers=(QUALITY_MANAGER, "tomasz.wilk"),
        site="GDA",
        risk="seals_leak",
        audience=("action_owner", "quality_coordinator"),
        clauses="8.5.1",
    ),
    Paper(
        *("torque", "Tightening of couplings", "work_instruction", "ASM", "ASM", TORQUE),
        *("hanna.strand", "lars.ek"),
        reviewers=("karin.falk", CONTROLLER),
        approvers=("lars.ek",),
        site="UME",
        risk="coupling_fails",
        audience=("action_owner",),
        clauses="8.5.1",
    ),
    Paper(
        *("inspection", "Incoming inspection", "procedure", "PUR", "PUR", INSPECTION),
        *("hanna.strand", "lars.ek"),
        reviewers=("lars.ek", CONTROLLER),
        approvers=(QUALITY_MANAGER, "lars.ek"),
        site="UME",
        risk="castings",
        audience=("quality_coordinator", "verifier"),
        clauses="8.4.2, 8.6",
    ),
)


@dataclass(frozen=True, slots=True)
class DocumentSteps:
    """Steps of changes and looks as people do them."""

    stage: Stage

    def ask(self, who: str, one: Paper, title: str, reason: str, **more: Any) -> int:
        """Let somebody ask for a document; return the id of the change."""
        answers: dict[str, Any] = {
            "change_kind": "new",
            "title": title,
            "reason": reason,
            "source": "idea",
            "urgency": "normal",
            "process_id": self.stage.company.link(KindKey.PROCESS, one.process),
        }
        if one.site:
            answers["site_id"] = self.stage.company.link(KindKey.SITE, one.site)
        return self.stage.start(who, "document_change", answers | more)

    def take_up(self, change_id: int, one: Paper, change_class: str = "major") -> None:
        """Let the document controller take a change up."""
        row = self.stage.record(change_id)
        answers: dict[str, Any] = {
            "request_verdict": "accept",
            "change_kind": row.change_kind,
            "change_class": change_class,
            "author_id": self.stage.person(one.author),
        }
        if row.change_kind == "new":
            answers["document_type"] = one.kind
            answers["process_id"] = self.stage.company.link(KindKey.PROCESS, one.process)
            if one.site:
                answers["site_id"] = self.stage.company.link(KindKey.SITE, one.site)
        else:
            answers["document_id"] = f"document:{row.document_id}"
        self.stage.complete(CONTROLLER, change_id, "take_up_request", answers)

    def assess(self, change_id: int, one: Paper) -> None:
        """Let the author find that no risk changes, and the process owner agree."""
        answers = {"affected_processes": "none besides its own", "risk_effect": "none"}
        self.stage.complete(one.author, change_id, "assess_impact", answers)
        owner_id = self.stage.record(change_id).process_owner_id
        people = {number: name for name, number in self.stage.company.people.items()}
        agreed = {"impact_verdict": "complete"}
        self.stage.complete(people[owner_id], change_id, "confirm_impact", agreed)

    def write(self, change_id: int, one: Paper, text: str, summary: str) -> None:
        """Let the author write the draft."""
        row = self.stage.record(change_id)
        answers: dict[str, Any] = {
            "document_title": one.title,
            "content_kind": "markdown",
            "draft_content": text,
            "change_summary": summary,
            "document_type": one.kind,
            "document_owner_id": self.stage.person(one.owner),
            "audience": list(one.audience),
            "is_draft_for_all_sites": not one.site,
            "clauses": one.clauses,
            "controlled_risks": [f"risk:{self.stage.known[one.risk]}"] if one.risk else [],
            "retention_years": "10",
        }
        if row.document_id is None:
            answers["area"] = one.area
        self.stage.complete(one.author, change_id, "write_draft", answers)

    def review(self, change_id: int, one: Paper) -> None:
        """Let both reviewers find the draft ready."""
        for who in one.reviewers:
            answers: Mapping[str, Any] = {"review_verdict": "ready", "review_comments": []}
            self.stage.complete(who, change_id, "review_draft", answers)

    def approve(self, change_id: int, one: Paper) -> None:
        """Let everybody whom the chain asks approve."""
        for who in one.approvers:
            self.stage.approve(who, change_id, "approve_change")

    def release(self, change_id: int, one: Paper, days: int) -> None:
        """Let the document controller say when it comes into force."""
        answers = {"release_mode": "date", "effective_on": self.stage.day(days)}
        self.stage.complete(CONTROLLER, change_id, "set_release", answers)
        self.stage.known[f"document:{one.key}"] = self.stage.record(change_id).document_id

    def look(self, one: Paper, outcome: str, comment: str) -> int:
        """Let the owner answer the open look at a document; return the change that follows, if any."""
        db.session.rollback()
        look_id = db.session.scalars(
            select(DocumentReview.id).where(
                DocumentReview.open_document_id == self.stage.known[f"document:{one.key}"]
            )
        ).one()
        answers = {"outcome": outcome, "comment": comment}
        self.stage.complete(one.owner, look_id, "review_document", answers)
        return self.stage.latest(DocumentChange)

    def print_copy(self, one: Paper, place: str, holder: str) -> None:
        """Let the quality manager note a printed copy."""
        document_id = self.stage.known[f"document:{one.key}"]
        actor = self.stage.actor(QUALITY_MANAGER)
        perform(actor.id, lambda uow: issue_copy(uow, actor, document_id, CopyOrder(place, holder)))


def document_stories(steps: DocumentSteps) -> Sequence[Story]:
    """Return the stories of the library."""
    by_key = {one.key: one for one in PAPERS}
    return (
        _with_a_limit(steps, by_key["lapping"]),
        _after_a_risk_rose(steps, by_key["torque"]),
        _being_reviewed(steps, by_key["inspection"]),
        _being_written(steps, by_key["policy"]),
        _asked_for(steps, by_key["policy"]),
    )


def _written(steps: DocumentSteps, one: Paper, first: int) -> Story:
    """Tell of a document from the wish to the day on which it is in force."""
    yield first
    change_id = steps.ask(one.owner, one, one.title, "Nothing in writing says it yet.")
    yield first - 2
    steps.take_up(change_id, one)
    steps.assess(change_id, one)
    yield first - 6
    steps.write(change_id, one, one.text, "First issue.")
    yield first - 10
    steps.review(change_id, one)
    yield first - 13
    steps.approve(change_id, one)
    steps.release(change_id, one, 7)
    yield first - 24


def _changed(steps: DocumentSteps, one: Paper, change_id: int, text: str, summary: str, first: int) -> Story:
    yield first
    steps.take_up(change_id, one)
    steps.assess(change_id, one)
    yield first - 1
    steps.write(change_id, one, text, summary)
    yield first - 2
    steps.review(change_id, one)
    yield first - 3
    steps.approve(change_id, one)
    steps.release(change_id, one, 1)


def _with_a_limit(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a procedure that got a limit after seals had leaked."""
    yield from _written(steps, one, 198)
    yield 120
    reason = "A plate worn by 8 µm was still in use. There is no limit."
    document = {"change_kind": "revise", "document_id": f"document:{steps.stage.known['document:lapping']}"}
    change_id = steps.ask("marta.kowalska", one, "A limit for plate wear", reason, **document)
    yield from _changed(steps, one, change_id, LAPPING_LIMIT, "Plates are dressed at 5 µm of wear.", 118)


def _after_a_risk_rose(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a work instruction whose risk rose: its owner has it revised, and the copies come back."""
    yield from _written(steps, one, 195)
    steps.print_copy(one, "Bench 1, assembly", "Early shift")
    steps.print_copy(one, "Bench 2, assembly", "Late shift")
    yield 11
    change_id = steps.look(one, "revise", "A click is not enough any more: the wrench has to record.")
    summary = "The wrench records every bolt; a red bolt is done again."
    yield from _changed(steps, one, change_id, TORQUE_RECORDED, summary, 9)


def _being_reviewed(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a change whose reviewers have not all spoken yet."""
    yield from _written(steps, one, 190)
    yield 8
    document = {
        "change_kind": "revise",
        "document_id": f"document:{steps.stage.known['document:inspection']}",
        "source": "capa",
    }
    reason = "Pores are found on the line; they could be found at the gate."
    change_id = steps.ask("elin.sund", one, "Look for pores in castings", reason, **document)
    yield 6
    steps.take_up(change_id, one, "minor")
    steps.assess(change_id, one)
    yield 4
    steps.write(change_id, one, INSPECTION_PORES, "One casting of each heat is cut open.")
    yield 2
    answers = {
        "review_verdict": "commented",
        "review_comments": [{"section": "What is looked at", "text": "Who cuts it? The store has no saw."}],
    }
    steps.stage.complete(one.reviewers[1], change_id, "review_draft", answers)


def _being_written(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of the policy, into which somebody is writing what the standard asks for since."""
    yield from _written(steps, one, 200)
    yield 5
    document = {
        "change_kind": "revise",
        "document_id": f"document:{steps.stage.known['document:policy']}",
        "source": "law",
    }
    reason = "The standard asks whether climate change matters to us. It does, and the policy should say so."
    change_id = steps.ask(QUALITY_MANAGER, one, "Say what climate means to us", reason, **document)
    yield 3
    steps.take_up(change_id, one, "minor")
    steps.assess(change_id, one)


def _asked_for(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a wish that nobody has taken up yet."""
    yield 1
    other = {"source": "law", "urgency": "soon"}
    reason = "The inspector asked how we drain the stand. Nothing in writing says it."
    steps.ask("tom.hughes", one, "Draining the test stand", reason, **other)
