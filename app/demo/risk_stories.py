"""The risk register of the demo company, and how its owners answer when something happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.actions.models import Action
from app.demo.agenda import Story
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
        record_id = self._open_reassessment(self.stage.known[key])
        answers = {
            "assessment": assessment,
            "answer": "changed",
            "agree_with_indicated": "yes",
            "rationale": rationale,
        }
        self.stage.complete(OWNERS[site], record_id, "reassess_risk", answers)
        return record_id

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

    def _open_reassessment(self, risk_id: int) -> int:
        db.session.rollback()
        open_one = select(Reassessment.id).where(
            Reassessment.risk_id == risk_id, Reassessment.closed_at.is_(None)
        )
        return db.session.scalars(open_one).one()


def risk_stories(steps: RiskSteps) -> Sequence[Story]:
    """Return the stories of the register: all risks but the last are assessed and answered."""
    by_key = {one.key: one for one in RISKS}
    return (
        _accepted(steps, by_key["hot_work"]),
        _lived_with_again(steps, by_key["seals_leak"]),
        *(_renewed(steps, by_key[key]) for key in ("wrong_trim", "castings")),
        _treated(steps, by_key["transit"]),
        _treated_late(steps, by_key["coupling_fails"]),
        _opportunity(steps, SPARE_SEALS),
        _registered(steps, NOT_ASSESSED),
    )


def _assessed(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 213
    record_id = steps.register(one)
    yield 209
    steps.assess(one, record_id)


def _accepted(steps: RiskSteps, one: RiskEntry) -> Story:
    yield from _assessed(steps, one)
    yield 205
    steps.accept(one, "Rare, and found before it leaves the house.", days=330)


def _renewed(steps: RiskSteps, one: RiskEntry) -> Story:
    """Tell of a risk that was accepted, reviewed on its day, and accepted again."""
    yield from _accepted(steps, one)
    yield 22
    steps.reassess(one.site, one.key, one.residual, "Nothing speaks for more or less.")
    yield 20
    steps.accept(one, "Still rare; the control is lived.", days=300)


def _lived_with_again(steps: RiskSteps, one: RiskEntry) -> Story:
    """Tell of a risk whose acceptance ended with a failure, and which is accepted since its CAPA worked."""
    yield from _accepted(steps, one)
    yield 80
    steps.accept(one, "The limit for wear is lived, and no pump has leaked since.", days=300)


def _treated(steps: RiskSteps, one: RiskEntry) -> Story:
    yield from _assessed(steps, one)
    yield 204
    treatment_id = steps.treat(one, "Crates to length for parts above two metres.", "1-2", days=40)
    yield 170
    steps.carry_out(one, treatment_id)
    yield 165
    lower = steps.reassess(one.site, one.key, "1-2", "No damage since the crates fit.")
    yield 163
    steps.confirm_lower(lower, "Twelve deliveries without a bent part.")


def _treated_late(steps: RiskSteps, one: RiskEntry) -> Story:
    """Tell of a risk that was accepted until something happened; its treatment is under way."""
    yield from _accepted(steps, one)
    yield 12
    steps.reassess(one.site, one.key, "4-4", "Until the wrenches record every bolt, it may come back.")
    yield 9
    treatment_id = steps.treat(one, "Torque wrenches that record every bolt.", "1-4", days=25)
    yield 7
    steps.approve(treatment_id)


def _opportunity(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 60
    record_id = steps.register(one)
    yield 57
    steps.assess(one, record_id)
    yield 50
    action = "Print the measured figures on the seal set."
    treatment_id = steps.treat(one, action, "5-3", days=75, option="enhance")
    yield 48
    steps.approve(treatment_id)


def _registered(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 3
    steps.register(one)
