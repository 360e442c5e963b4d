"""The library of the demo company: how its documents came about, and which of them change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.demo.agenda import Story
from app.demo.document_texts import (
    FINAL_TEST,
    GAUGES,
    INSPECTION,
    LAPPING,
    PACKING,
    POLICY,
    SUPPLIERS,
    TORQUE,
)
from app.demo.nonconformity_steps import QUALITY_MANAGER
from app.demo.stage import Stage
from app.documents.copies import CopyOrder, issue_copy
from app.organisation.kinds import KindKey
from app.workflow.acts import perform

CONTROLLER = "elin.sund"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it is written. Shape: `risk` is a key of the register; `site` empty means all sites."""

    key: str
    title: str
    kind: str
    process: str
    area: str
    text: str
    author: str
    owner: str
    reviewers: tuple[str, str]
    site: str = ""
    risk: str = ""
    audience: tuple[str, ...] = ()
    clauses: str = ""
    why: str = "Nothing in writing says it yet."


PAPERS = (
    Paper(
        *("policy", "Quality policy", "policy", "QMS", "QM", POLICY, CONTROLLER, QUALITY_MANAGER),
        reviewers=("karin.falk", QUALITY_MANAGER),
        clauses="5.2",
    ),
    Paper(
        *("lapping", "Lapping of seal faces", "procedure", "SEA", "SEA", LAPPING),
        *("aneta.zielinska", "tomasz.wilk"),
        reviewers=("tomasz.wilk", "marta.kowalska"),
        site="GDA",
        risk="seals_leak",
        audience=("action_owner", "quality_coordinator"),
        clauses="8.5.1",
    ),
    Paper(
        *("torque", "Tightening of couplings", "work_instruction", "ASM", "ASM", TORQUE),
        *("hanna.strand", "lars.ek"),
        reviewers=("karin.falk", CONTROLLER),
        site="UME",
        risk="coupling_fails",
        audience=("action_owner",),
        clauses="8.5.1",
    ),
    Paper(
        *("inspection", "Incoming inspection", "procedure", "PUR", "PUR", INSPECTION),
        *("hanna.strand", "lars.ek"),
        reviewers=("lars.ek", CONTROLLER),
        site="UME",
        risk="castings",
        audience=("quality_coordinator", "verifier"),
        clauses="8.4.2, 8.6",
    ),
)
LIBRARY = (
    Paper(
        *("suppliers", "Choosing and approving suppliers", "procedure", "PUR", "PUR", SUPPLIERS),
        *("hanna.strand", "lars.ek"),
        reviewers=("lars.ek", CONTROLLER),
        site="UME",
        clauses="8.4.1",
    ),
    Paper(
        *("test", "Final test of pumps", "work_instruction", "TST", "TST", FINAL_TEST),
        *("hanna.strand", "lars.ek"),
        reviewers=("karin.falk", CONTROLLER),
        site="UME",
        audience=("action_owner",),
        clauses="8.6",
    ),
    Paper(
        *("packing", "Packing of long parts", "work_instruction", "SHP", "SHP", PACKING),
        *("tom.hughes", "james.ward"),
        reviewers=("karin.falk", "priya.shah"),
        site="LEE",
        risk="transit",
        audience=("action_owner",),
        clauses="8.5.4",
    ),
)
GAUGE_CONTROL = Paper(
    *("gauges", "Control of measuring equipment", "procedure", "CAL", "CAL", GAUGES),
    *("aneta.zielinska", "tomasz.wilk"),
    reviewers=("tomasz.wilk", "marta.kowalska"),
    site="GDA",
    risk="gauges_gda",
    audience=("action_owner", "verifier"),
    clauses="7.1.5",
    why="Reminders did not stop a gauge past its date; the cabinet does, and everybody must know how.",
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
        """Let the document controller take a change up, and say of which document it is."""
        known = self.stage.known.get(f"document:{one.key}")
        answers: dict[str, Any] = {
            "request_verdict": "accept",
            "change_kind": "revise" if known else "new",
            "change_class": change_class,
            "author_id": self.stage.person(one.author),
        }
        if known:
            answers["document_id"] = f"document:{known}"
        else:
            answers["document_type"] = one.kind
            answers["process_id"] = self.stage.company.link(KindKey.PROCESS, one.process)
            if one.site:
                answers["site_id"] = self.stage.company.link(KindKey.SITE, one.site)
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

    def approve(self, change_id: int) -> None:
        """Let everybody whom the chain asks approve."""
        self.stage.approve_by_all(change_id, "approve_change")

    def release(self, change_id: int, one: Paper, days: int) -> None:
        """Let the document controller say when it comes into force."""
        answers = {"release_mode": "date", "effective_on": self.stage.day(days)}
        self.stage.complete(CONTROLLER, change_id, "set_release", answers)
        self.stage.known[f"document:{one.key}"] = self.stage.record(change_id).document_id

    def print_copy(self, one: Paper, place: str, holder: str) -> None:
        """Let the quality manager note a printed copy."""
        document_id = self.stage.known[f"document:{one.key}"]
        actor = self.stage.actor(QUALITY_MANAGER)
        perform(actor.id, lambda uow: issue_copy(uow, actor, document_id, CopyOrder(place, holder)))

    def written(self, one: Paper, first: int) -> Story:
        """Tell of a document from the wish to the day on which it is in force."""
        yield first
        change_id = self.ask(one.owner, one, one.title, one.why)
        yield first - 2
        self.take_up(change_id, one)
        self.assess(change_id, one)
        yield first - 6
        self.write(change_id, one, one.text, "First issue.")
        yield first - 10
        self.review(change_id, one)
        yield first - 13
        self.approve(change_id)
        self.release(change_id, one, 7)
        yield first - 24

    def changed(self, one: Paper, change_id: int, text: str, summary: str, first: int) -> Story:
        """Tell of a change from the day on which it is taken up to the one on which it is in force."""
        yield first
        self.take_up(change_id, one)
        self.assess(change_id, one)
        yield first - 1
        self.write(change_id, one, text, summary)
        yield first - 2
        self.review(change_id, one)
        yield first - 3
        self.approve(change_id)
        self.release(change_id, one, 1)
