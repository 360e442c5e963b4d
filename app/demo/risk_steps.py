"""The risk register of the demo company, and how its owners answer when something happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.actions.models import Action
from app.demo.nonconformity_steps import OWNERS, QUALITY_MANAGER, VERIFIERS
from app.demo.stage import Stage
from app.foundation.db import db
from app.risks.models import Acceptance, Reassessment, Treatment
from app.workflow.models import Task, TaskState


@dataclass(frozen=True, slots=True)
class RiskEntry:
    """A risk as it is registered. Units: `inherent` and `residual` are likelihood-severity, 5 is worst."""

    key: str
    site: str
    process: str
    category: str
    title: str
    sentence: tuple[str, str, str]
    inherent: str
    residual: str
    control: str
    works: int
    risk_kind: str = "risk"


RISKS = (
    RiskEntry(
        *("seals_leak", "GDA", "SEA", "quality", "Seals leak at the customer's"),
        ("Lapping plates wear unnoticed", "A seal face is out of flatness", "A pump leaks in service"),
        *("4-4", "2-4", "Flatness of every tenth face is measured", 60),
    ),
    RiskEntry(
        *("coupling_fails", "UME", "ASM", "quality", "A coupling comes loose"),
        ("Bolts are tightened by feel", "The torque is too low", "The coupling fails, the plant stops"),
        *("5-4", "2-4", "Torque wrench with a click", 70),
    ),
    RiskEntry(
        *("wrong_trim", "GDA", "MAC", "quality", "An impeller is trimmed wrong"),
        ("The trim code is typed by hand", "A digit is wrong", "The pump misses its duty point"),
        *("3-3", "2-3", "Second person reads the code", 50),
    ),
    RiskEntry(
        *("hot_work", "LEE", "SRV", "people", "Somebody is scalded on the test stand"),
        ("Flanges are opened while hot", "Hot water escapes", "A person is burnt"),
        *("3-5", "2-4", "Stand is drained before work", 70),
    ),
    RiskEntry(
        *("castings", "UME", "PUR", "supplier", "Bought parts are not what they should be"),
        ("Suppliers change their process", "Parts miss the drawing", "Rework, late deliveries"),
        *("4-3", "3-3", "Receiving inspection by sample", 55),
    ),
    RiskEntry(
        *("transit", "LEE", "SHP", "delivery", "Goods arrive damaged"),
        ("Crates are not made for long parts", "Parts bend on the road", "The customer cannot repair"),
        *("4-2", "3-2", "Photo of each crate before it is closed", 40),
    ),
)
GAUGE_RISKS = (
    RiskEntry(
        *("gauges_gda", "GDA", "CAL", "quality", "A measurement is wrong and nobody knows"),
        (
            "Gauges stay in use after their date",
            "A part is measured wrong",
            "Bad pumps are delivered as good",
        ),
        *("4-4", "2-4", "List of all gauges with their dates", 40),
    ),
    RiskEntry(
        *("gauges_ume", "UME", "CAL", "quality", "A torque or curve is not what the gauge says"),
        (
            "Testers are lent between benches",
            "A value is off",
            "A coupling or a curve is wrong at the customer's",
        ),
        *("4-4", "2-4", "List of all gauges with their dates", 40),
    ),
    RiskEntry(
        *("gauges_lee", "LEE", "CAL", "quality", "A van measures with a gauge that nobody checked"),
        ("Gauges live in vans for years", "A pressure is read wrong", "A repair does not hold"),
        *("4-3", "2-3", "Sticker with the date", 40),
    ),
)
NOT_ASSESSED = RiskEntry(
    *("key_person", "UME", "TST", "people", "Only one person can run stand 3"),
    ("Know-how is in one head", "The person is away", "Tests stop for weeks"),
    *("3-3", "3-3", "", 0),
)
SPARE_SEALS = RiskEntry(
    *("spare_seals", "GDA", "SEA", "strategic", "Sell seal sets with a lapping certificate"),
    ("Every face is measured anyway", "Customers order sets with their figures", "More service revenue"),
    *("4-4", "4-3", "", 0),
    risk_kind="opportunity",
)


@dataclass(frozen=True, slots=True)
class RiskSteps:
    """Steps of risks and reassessments as their owners do them."""

    stage: Stage

    def register(self, one: RiskEntry) -> int:
        """Let the quality manager register a risk; return the id of its record."""
        cause, event, consequence = one.sentence
        answers = {
            "risk_kind": one.risk_kind,
            "title": one.title,
            "cause": cause,
            "event": event,
            "consequence": consequence,
            **self.stage.place(one.site, one.process),
            "category": one.category,
            "risk_owner_id": self.stage.person(OWNERS[one.site]),
        }
        record_id = self.stage.start(QUALITY_MANAGER, "risk", answers)
        self.stage.known[one.key] = record_id
        return record_id

    def assess(self, one: RiskEntry, record_id: int) -> None:
        """Let the owner assess a risk for the first time."""
        control = {"control": one.control, "control_type": "detect", "effectiveness": one.works}
        answers = {
            "inherent": one.inherent,
            "controls": [control] if one.control else [],
            "residual": one.residual,
            "rationale": "As seen in the last two years.",
        }
        self.stage.complete(OWNERS[one.site], record_id, "assess_risk", answers)

    def reassess(self, site: str, key: str, assessment: str, rationale: str) -> int:
        """Let the owner answer the open reassessment of a risk; return the id of its record."""
        record_id = self.open_reassessment(self.stage.known[key])
        assert record_id is not None, "the story asks for it before"
        answers = {
            "assessment": assessment,
            "answer": "changed",
            "agree_with_indicated": "yes",
            "rationale": rationale,
        }
        self.stage.complete(OWNERS[site], record_id, "reassess_risk", answers)
        return record_id

    def entry_of(self, risk_id: int | None) -> RiskEntry | None:
        """Return the entry of a risk, None of one that the company assessed itself in no story."""
        return next((one for one in (*RISKS, *GAUGE_RISKS) if self.stage.known.get(one.key) == risk_id), None)

    def answer(self, key: str, assessment: str, rationale: str) -> None:
        """Let the owner answer the open reassessment of a risk; nothing happens without one."""
        entry = next(one for one in (*RISKS, *GAUGE_RISKS) if one.key == key)
        open_one = self.open_reassessment(self.stage.known[key])
        if open_one is not None and self.stage.is_open(open_one, "reassess_risk"):
            self.reassess(entry.site, key, assessment, rationale)

    def review(self, entry: RiskEntry, row: Reassessment) -> None:
        """Let the owner answer a regular review: once what events indicate, then as it was, then lower."""
        risk = self.stage.record(int(self.stage.known[entry.key]))
        present = f"{risk.residual['likelihood']}-{risk.residual['severity']}"
        is_louder = (row.indicated_score or 0) > (risk.score or 0)
        if is_louder and present == entry.residual and entry not in GAUGE_RISKS:
            likelihood, severity = (int(part) for part in present.split("-"))
            worse = f"{min(likelihood + 1, 5)}-{severity}"
            self.reassess(entry.site, entry.key, worse, "What happened since says that it is more likely.")
        elif is_louder:
            answers = {
                "assessment": present,
                "answer": "unchanged",
                "agree_with_indicated": "no",
                "disagree_reason": "The assessment has these events in it already.",
                "rationale": "Nothing else has happened.",
            }
            self.stage.complete(OWNERS[entry.site], row.id, "reassess_risk", answers)
        else:
            self.reassess(entry.site, entry.key, entry.residual, "Nothing speaks for more.")

    def confirm(self, key: str, note: str) -> None:
        """Let the quality manager confirm the lower answer about a risk."""
        record_id = self.open_reassessment(self.stage.known[key])
        if record_id is not None:
            self.confirm_lower(record_id, note)

    def ask_again(self, one: RiskEntry, reason: str) -> None:
        """Let the owner ask for a reassessment, unless one is open."""
        risk_id = self.stage.known[one.key]
        if self.open_reassessment(risk_id) is None:
            answers = {"risk_id": f"risk:{risk_id}", "reason": reason}
            self.stage.start(OWNERS[one.site], "reassessment", answers)

    def confirm_lower(self, record_id: int, note: str) -> None:
        """Let the quality manager confirm that a risk is lower."""
        answers = {"confirmation": "confirmed", "confirmation_note": note}
        self.stage.complete(QUALITY_MANAGER, record_id, "confirm_lower", answers)

    def accept(self, one: RiskEntry, why: str, *, days: int) -> None:
        """Let the owner ask to live with a risk, and whoever may, accept it."""
        owner = OWNERS[one.site]
        self._answer(one, {"treatment_option": "accept", "treatment_note": why})
        acceptance_id = self.stage.latest(Acceptance)
        answers = {"justification": why, "expires_on": self.stage.day(days)}
        self.stage.complete(owner, acceptance_id, "justify_acceptance", answers)
        self._approve(acceptance_id)

    def treat(self, one: RiskEntry, action: str, target: str, *, days: int, option: str = "reduce") -> int:
        """Let the owner plan one action against a risk; return the id of the treatment."""
        row = {
            "text": action,
            "owner_id": self.stage.person(OWNERS[one.site]),
            "due_on": self.stage.day(days),
        }
        answers: Mapping[str, object] = {
            "pursuit_option" if one.risk_kind == "opportunity" else "treatment_option": option,
            "treatment_note": "It costs little and takes effect at once.",
            "planned_actions": [row],
            "target_on": self.stage.day(days),
            "target": target,
        }
        return self._answer(one, answers)

    def approve(self, treatment_id: int) -> None:
        """Let whoever is asked accept the plan of a treatment."""
        self._approve(treatment_id)

    def carry_out(self, one: RiskEntry, treatment_id: int) -> None:
        """Let the owner do the action of a treatment, and the verifier look at it and at its effect."""
        db.session.rollback()
        action_id = db.session.scalars(select(Action.id).where(Action.source_id == treatment_id)).one()
        done = {"done_text": "Done as planned.", "done_on": self.stage.day()}
        self.stage.complete(OWNERS[one.site], action_id, "carry_out", done)
        verifier = VERIFIERS[one.site]
        seen = {"verification": "accepted", "verification_note": "Seen on the spot."}
        self.stage.complete(verifier, action_id, "verify_action", seen)
        effect = {"reached": "1-2", "effect": "met", "effect_note": "Twelve crates opened, none bent."}
        self.stage.complete(verifier, treatment_id, "verify_effect", effect)

    def _answer(self, one: RiskEntry, answers: Mapping[str, object]) -> int:
        db.session.rollback()
        query = select(Treatment.id).where(
            Treatment.risk_id == self.stage.known[one.key], Treatment.closed_at.is_(None)
        )
        treatment_id = db.session.scalars(query).one()
        self.stage.complete(OWNERS[one.site], treatment_id, "plan_treatment", answers)
        return treatment_id

    def _approve(self, record_id: int) -> None:
        """Let the first who is asked say yes."""
        db.session.rollback()
        query = select(Task).where(Task.record_id == record_id, Task.state == TaskState.OPEN.value)
        task = db.session.scalars(query.order_by(Task.id).limit(1)).one()
        people = {number: name for name, number in self.stage.company.people.items()}
        assert task.assignee_id is not None, "an approval asks people by name"
        self.stage.approve(people[task.assignee_id], record_id, task.spot.step_id)

    def open_reassessment(self, risk_id: int) -> int | None:
        """Return the open reassessment of a risk, None without one."""
        db.session.rollback()
        open_one = select(Reassessment.id).where(
            Reassessment.risk_id == risk_id, Reassessment.closed_at.is_(None)
        )
        return db.session.scalar(open_one)
