"""Reads the processes with what clause 4.4 asks, and keeps their profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.policy import Scope
from app.foundation.errors import Conflict, NotFound
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KINDS, KindKey, ProcessKind
from app.organisation.models import BusinessProcess
from app.organisation.service import change, entry
from app.process_map.models import ProcessFlow, ProcessMeasure, ProcessProfile
from app.process_map.rules import Gap, ProcessFacts, gaps_of
from app.records.models import Record
from app.records.visibility import visible
from app.trail import Subject, record

EDIT, MAINTAIN = "processes.edit", "processes.maintain"
RISK = "risk"  # the kind under which the spine knows risks
_KIND = KINDS[KindKey.PROCESS]


class ProcessUnknown(NotFound):
    """There is no such process."""


class ProfileChangedMeanwhile(Conflict):
    """Somebody else changed the profile after the page was shown."""


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """A process as the map shows it. Shape: `gaps` are those of today, the gravest first."""

    id: int
    code: str
    name: str
    kind: ProcessKind
    importance: int | None
    owner_id: int | None
    owner: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept about a process: the part of the master data, and what clause 4.4 asks besides."""

    owner_id: int | None
    process_kind: str | None
    importance: int | None
    purpose: str = ""
    resources: str = ""
    criteria: str = ""
    next_review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """What the page was shown with: the versions of the master data and of the profile."""

    entry: int
    profile: int


def process_row(session: Session, process_id: int) -> BusinessProcess:
    """Return a process. Errors: ProcessUnknown."""
    row = session.get(BusinessProcess, process_id)
    if row is None:
        raise ProcessUnknown(_("There is no such process."))
    return row


def process_lines(session: Session, today: date) -> list[ProcessLine]:
    """Return all processes in use with what each lacks, by code; an owner who left counts as none."""
    rows = session.execute(
        select(BusinessProcess, Person.name, ProcessProfile.next_review_on)
        .outerjoin(Person, (Person.id == BusinessProcess.owner_id) & Person.is_active)
        .outerjoin(ProcessProfile, ProcessProfile.process_id == BusinessProcess.id)
        .where(BusinessProcess.is_active)
        .order_by(BusinessProcess.code_key)
    ).all()
    measures, risks = _measures(session), _risks(session)
    return [
        ProcessLine(
            id=row.id,
            code=row.code,
            name=row.name,
            kind=ProcessKind(row.process_kind or ProcessKind.CORE),
            importance=row.importance,
            owner_id=row.owner_id if name else None,
            owner=name or "",
            gaps=gaps_of(
                ProcessFacts(bool(name), measures.get(row.id, 0), risks.get(row.id, 0), review_on), today
            ),
        )
        for row, name, review_on in rows
    ]


def flows_in(session: Session, process_id: int | None = None) -> Sequence[ProcessFlow]:
    """Return what passes, of one process or of all, the first kept first."""
    statement = select(ProcessFlow).where(ProcessFlow.is_active).order_by(ProcessFlow.id)
    if process_id is not None:
        statement = statement.where(
            or_(ProcessFlow.from_process_id == process_id, ProcessFlow.to_process_id == process_id)
        )
    return session.scalars(statement).all()


def measures_of(session: Session, process_id: int) -> Sequence[ProcessMeasure]:
    """Return how a process is measured."""
    return session.scalars(
        select(ProcessMeasure)
        .where(ProcessMeasure.process_id == process_id, ProcessMeasure.is_active)
        .order_by(ProcessMeasure.id)
    ).all()


def open_counts(session: Session, actor: Actor, process_id: int) -> Mapping[str, int]:
    """Return how many open records of each kind the person may see at a process."""
    counted = (
        select(Record.kind, func.count(Record.id))
        .where(Record.process_id == process_id, Record.closed_at.is_(None))
        .group_by(Record.kind)
    )
    return {row[0]: row[1] for row in session.execute(visible(counted, actor))}


def latest_records(
    session: Session, actor: Actor, process_id: int, kind: str, limit: int
) -> Sequence[Record]:
    """Return the latest open records of a kind at a process that the person may see."""
    statement = (
        select(Record)
        .where(Record.process_id == process_id, Record.kind == kind, Record.closed_at.is_(None))
        .order_by(Record.opened_at.desc(), Record.id.desc())
        .limit(limit)
    )
    return session.scalars(visible(statement, actor)).all()


def profile_of(session: Session, process_id: int) -> tuple[Profile, Versions]:
    """Return what is kept about a process, with the versions a change must name. Errors: ProcessUnknown."""
    process = process_row(session, process_id)
    row = session.get(ProcessProfile, process_id)
    own = Profile(process.owner_id, process.process_kind, process.importance)
    if row is None:
        return own, Versions(process.row_version, 0)
    known = replace(
        own,
        purpose=row.purpose,
        resources=row.resources,
        criteria=row.criteria,
        next_review_on=row.next_review_on,
    )
    return known, Versions(process.row_version, row.row_version)


def keep_profile(uow: UnitOfWork, process_id: int, wanted: Profile, shown: Versions) -> None:
    """Keep what is said about a process.

    Errors: ProcessUnknown; ProfileChangedMeanwhile and EntryChangedMeanwhile when the page was stale;
        EntryInvalid. Effects: locks the process; trail entries with what changed.
    """
    process = uow.session.get(BusinessProcess, process_id, with_for_update=True)
    if process is None:
        raise ProcessUnknown(_("There is no such process."))
    known, versions = profile_of(uow.session, process_id)
    if versions.profile != shown.profile:
        raise ProfileChangedMeanwhile(
            _("Somebody changed this process meanwhile. What you typed is kept below; look, then keep it.")
        )
    kept = entry(uow.session, _KIND, process_id).entry
    master = replace(
        kept, owner_id=wanted.owner_id, process_kind=wanted.process_kind, importance=wanted.importance
    )
    change(uow, _KIND, process_id, master, row_version=shown.entry)
    _keep_own(uow, process, known, wanted)


def may_maintain(actor: Actor) -> bool:
    """Tell whether somebody may change what is the whole organisation's: only with a grant for all sites."""
    return policy.can(actor, MAINTAIN, Scope())


def may_edit(actor: Actor, process: BusinessProcess) -> bool:
    """Tell whether somebody may change a process: who maintains all of them, and its owner this one."""
    if may_maintain(actor):
        return True
    owns = process.owner_id is not None and process.owner_id in {actor.id, *actor.stands_in_for}
    return owns and policy.can(actor, EDIT)


def require_edit(actor: Actor, processes: Sequence[BusinessProcess]) -> None:
    """Pass for whoever may edit one of the processes, or everything.

    Errors: Unseen and NotAllowed, as the policy says it of the whole organisation.
    """
    if not any(may_edit(actor, one) for one in processes):
        policy.require(actor, MAINTAIN, Scope())


def _keep_own(uow: UnitOfWork, process: BusinessProcess, known: Profile, wanted: Profile) -> None:
    names = ("purpose", "resources", "criteria", "next_review_on")
    changed = [name for name in names if getattr(known, name) != getattr(wanted, name)]
    if not changed:
        return
    row = uow.session.get(ProcessProfile, process.id)
    if row is None:
        row = ProcessProfile(process_id=process.id, row_version=0)
        uow.session.add(row)
    for name in names:
        setattr(row, name, getattr(wanted, name))
    row.row_version += 1
    record(
        uow,
        verb="process.described",
        subject=Subject("process", process.id, process.code),
        before={name: getattr(known, name) for name in changed},
        after={name: getattr(wanted, name) for name in changed},
    )


def _measures(session: Session) -> dict[int, int]:
    counted = (
        select(ProcessMeasure.process_id, func.count())
        .where(ProcessMeasure.is_active)
        .group_by(ProcessMeasure.process_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _risks(session: Session) -> dict[int, int]:
    """Count the open risks of each process, also those the reader may not see: the gap is a fact."""
    counted = (
        select(Record.process_id, func.count())
        .where(Record.kind == RISK, Record.closed_at.is_(None), Record.process_id.is_not(None))
        .group_by(Record.process_id)
    )
    return {process_id: number for process_id, number in session.execute(counted) if process_id}
