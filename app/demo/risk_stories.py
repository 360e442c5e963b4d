"""The risk register of the demo company, and how its owners answer when something happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.demo.agenda import Story
from app.demo.nonconformity_steps import OWNERS, QUALITY_MANAGER
from app.demo.stage import Stage
from app.foundation.db import db
from app.risks.models import Reassessment


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


@dataclass(frozen=True, slots=True)
class RiskSteps:
    """Steps of risks and reassessments as their owners do them."""

    stage: Stage

    def register(self, one: RiskEntry) -> int:
        """Let the quality manager register a risk; return the id of its record."""
        cause, event, consequence = one.sentence
        answers = {
            "risk_kind": "risk",
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
        answers = {
            "inherent": one.inherent,
            "controls": [{"control": one.control, "control_type": "detect", "effectiveness": one.works}],
            "residual": one.residual,
            "rationale": "As seen in the last two years.",
        }
        self.stage.complete(OWNERS[one.site], record_id, "assess_risk", answers)

    def reassess(self, site: str, key: str, assessment: str, rationale: str) -> int:
        """Let the owner answer the open reassessment of a risk; return the id of its record."""
        record_id = self._open_reassessment(self.stage.known[key])
        answers = {"assessment": assessment, "answer": "changed", "rationale": rationale}
        self.stage.complete(OWNERS[site], record_id, "reassess_risk", answers)
        return record_id

    def confirm_lower(self, record_id: int, note: str) -> None:
        """Let the quality manager confirm that a risk is lower."""
        answers = {"confirmation": "confirmed", "confirmation_note": note}
        self.stage.complete(QUALITY_MANAGER, record_id, "confirm_lower", answers)

    def _open_reassessment(self, risk_id: int) -> int:
        db.session.rollback()
        open_one = select(Reassessment.id).where(
            Reassessment.risk_id == risk_id, Reassessment.closed_at.is_(None)
        )
        return db.session.scalars(open_one).one()


def risk_stories(steps: RiskSteps) -> Sequence[Story]:
    """Return the stories of the register: all risks but the last are assessed."""
    return (*(_assessed(steps, one) for one in RISKS), _registered(steps, NOT_ASSESSED))


def _assessed(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 213
    record_id = steps.register(one)
    yield 209
    steps.assess(one, record_id)


def _registered(steps: RiskSteps, one: RiskEntry) -> Story:
    yield 3
    steps.register(one)
