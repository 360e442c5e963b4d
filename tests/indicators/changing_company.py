"""A small company in which any day anything may change that a figure reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Boolean, Date, inspect, select

from app.accounts.models import Person
from app.actions.models import Action
from app.audits.finding_models import Finding
from app.audits.models import Audit
from app.capa.models import Capa, Nonconformity
from app.documents.change_models import DocumentChange, DocumentReview
from app.documents.models import Document, DocumentRevision
from app.foundation.db import UtcDateTime
from app.foundation.settings import set_value
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.process_map.models import ContextReview
from app.quality_events.baselines import append_baseline
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from app.records.links import LinkKind, link_records, unlink_records
from app.records.models import Record
from app.risks.models import Reassessment, Risk
from app.risks.standing import APPETITE, set_appetite
from app.training.reading_models import Acknowledgement, AcknowledgementRequest
from app.training.training_models import LapsedSkill, TrainingRecord
from tests.factories.accounts import a_person
from tests.factories.documents import a_revision
from tests.factories.organisation import a_failure_mode, a_process, a_site

KINDS = (
    Nonconformity,
    Capa,
    Action,
    Audit,
    Finding,
    Risk,
    Reassessment,
    Document,
    DocumentReview,
    DocumentChange,
    TrainingRecord,
    LapsedSkill,
    ContextReview,
)
EACH = 3
START = datetime(2026, 3, 1, tzinfo=UTC)
CLOSING = 0.2
ENDS: Mapping[type[Record], tuple[str, ...]] = {
    Capa: ("closed_effective", "cancelled"),
    TrainingRecord: ("effective", "stopped", "cancelled"),
}
WORDS = {
    "grade": ("major", "minor", "improvement"),
    "triage_verdict": ("confirmed", "rejected"),
    "evaluation": ("effective", "not_effective"),
    "risk_kind": ("risk", "opportunity"),
    "category": ("quality", "people"),
}
NUMBERS = {"severity": (1, 5), "score": (1, 25), "attempts": (1, 3)}
FILLED: Mapping[str, Mapping[str, Any]] = {
    "action": {"source_kind": "management_review"},
}


@dataclass
class World:
    """A small company in which anything may change on any day."""

    dice: Random
    sites: list[int] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    records: list[tuple[type[Record], int]] = field(default_factory=list)

    def moment(self) -> datetime:
        return START + timedelta(days=self.dice.randint(-5, 40), hours=self.dice.randint(0, 23))

    def ids(self, kind: type[Record]) -> list[int]:
        return [record_id for model, record_id in self.records if model is kind]

    def value(self, name: str, column: Any) -> Any:
        """Return some value that a dated column may hold."""
        if column.nullable and self.dice.random() < 0.2:
            return None
        pools = {"site_id": self.sites, "process_id": self.processes, "failure_mode_id": self.modes} | WORDS
        if name in pools:
            return self.dice.choice(pools[name])
        if isinstance(column.type, Boolean):
            return self.dice.random() < 0.5
        if isinstance(column.type, Date):
            return self.moment().date()
        return self.moment() if isinstance(column.type, UtcDateTime) else self.dice.randint(*NUMBERS[name])

    def facts(self, model: type[Record], *, share: float = 1.0) -> dict[str, Any]:
        """Return values for the dated columns of a kind, or for some of them."""
        columns = {one.key: one.columns[0] for one in inspect(model).column_attrs}
        return {
            key: self.value(key, column)
            for key, column in columns.items()
            if column.info.get("is_dated") and self.dice.random() < share
        }


def found(dice: Random) -> World:
    """Make the company: some records of every kind that figures count, with all that hangs on them."""
    world = World(dice)
    with unit_of_work() as uow:
        world.sites = [a_site(uow), a_site(uow)]
        world.processes = [a_process(uow), a_process(uow)]
        world.modes = [a_failure_mode(uow), a_failure_mode(uow)]
        world.people = [a_person(uow, site_id=world.sites[0]).id for _place in range(EACH)]
        for model in KINDS:
            world.records += [(model, opened(uow, model, world.facts(model), place)) for place in range(EACH)]
        for place in range(EACH):
            _surround(world, uow, place)
    return world


def change(world: World) -> None:
    """Let a day's acts happen: answers, closings, cancellations, moves, events, decisions, links."""
    with unit_of_work() as uow:
        for model, record_id in world.records:
            row = uow.session.get_one(model, record_id)
            for name, value in world.facts(model, share=0.3).items():
                setattr(row, name, value)
            if row.closed_at is None and world.dice.random() < CLOSING:
                row.status = world.dice.choice(ENDS.get(model, ("closed", "cancelled")))
                row.closed_at = uow.now
        for person_id in world.people:
            uow.session.get_one(Person, person_id).site_id = world.dice.choice(world.sites)
        _change_risks(world, uow)
        _change_documents(world, uow)


def opened(uow: UnitOfWork, model: type[Record], facts: Mapping[str, Any], place: int = 0) -> int:
    """Open a record as its table has it, without its lifecycle."""
    kind = str(inspect(model).polymorphic_identity)
    values = {"kind": kind, "status": "open", "opened_at": START, **FILLED.get(kind, {}), **facts}
    row = model(number=f"{kind}-{place}", title="Seal leaks", extra={}, **values)
    uow.session.add(row)
    uow.session.flush()
    if isinstance(row, Document):
        a_revision(uow, row)
    return row.id


def _surround(world: World, uow: UnitOfWork, place: int) -> None:
    """Give a document its revision, its risk and its reader, and a finding its audit."""
    document = uow.session.get_one(Document, world.ids(Document)[place])
    revision = uow.session.scalars(
        select(DocumentRevision).where(DocumentRevision.document_id == document.id)
    ).one()
    link_records(uow, document.id, world.ids(Risk)[place], LinkKind.CONTROLS)
    finding = uow.session.get_one(Finding, world.ids(Finding)[place])
    finding.audit_id, finding.issued_at = world.ids(Audit)[place], START + timedelta(days=5)
    request = AcknowledgementRequest(
        revision_key=f"document:{place}",
        content_kind="document_revision",
        revision_id=revision.id,
        subject_id=document.id,
        number=document.number,
        title=document.title,
        due_days=5,
        requested_at=START,
    )
    uow.session.add(request)
    uow.session.flush()
    reading = {"request_id": request.id, "person_id": world.people[place], "asked_at": START}
    uow.session.add(Acknowledgement(due_at=START + timedelta(days=8), **reading))


def _change_risks(world: World, uow: UnitOfWork) -> None:
    dice, risk_id = world.dice, world.dice.choice(world.ids(Risk))
    site_id = dice.choice([None, *world.sites])
    set_appetite(uow, category=None, site_id=site_id, appetite=dice.randint(1, 20), reason="We decided.")
    set_value(uow, APPETITE, dice.randint(1, 20), site_id)
    append_baseline(
        uow, risk_id, likelihood=dice.randint(1, 5), severity=dice.randint(1, 5), source=("risk", 1)
    )
    order = EventOrder(
        kind=dice.choice([EventKind.INCIDENT, EventKind.CAPA_EFFECTIVE, EventKind.MAJOR_FINDING]),
        subject_kind="capa",
        subject_id=dice.choice(world.ids(Capa)),
        severity=dice.randint(1, 5),
        occurred_at=uow.now,
        site_id=world.sites[0],
        process_id=world.processes[0],
        occasion="cycle:1",
        risk_ids=(risk_id,),
    )
    record_event(uow, order)


def _change_documents(world: World, uow: UnitOfWork) -> None:
    dice = world.dice
    ends = (dice.choice(world.ids(Document)), dice.choice(world.ids(Risk)))
    turn = dice.choice([link_records, unlink_records])
    turn(uow, *ends, LinkKind.CONTROLS)
    for revision in uow.session.scalars(select(DocumentRevision)):
        revision.ended_at = dice.choice([None, uow.now])
    for reading in uow.session.scalars(select(Acknowledgement).where(Acknowledgement.closed_at.is_(None))):
        if dice.random() < CLOSING:
            reading.state, reading.closed_at = dice.choice(["done", "withdrawn"]), uow.now
