"""Takes an import of history back: records and their events go, the trail keeps who, when, why and what.

This is the one place where rows of the ledger leave it: they were never events of this house's own work, and
a wrong import must not count in figures. It is refused as soon as something was built on them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, delete, inspect, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.capa.models import Nonconformity
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.imports.acting import actor_for
from app.imports.dependants import KIND, leaned_on, referred_to
from app.imports.document_undoing import documents_leaned_on, take_back_documents
from app.imports.landing import Tell, lock_run
from app.imports.mapping_reader import DOCUMENT
from app.imports.models import ImportEntry, ImportRow, ImportRun
from app.imports.refusals import BuiltOn, ReasonNeeded, RunNotReady
from app.imports.rules import LandsAs, RunState
from app.imports.staging import subject_of
from app.organisation.kinds import KINDS, KindKey
from app.organisation.service import retire
from app.quality_events.writing import take_back_history
from app.records.models import Record
from app.trail import Subject, record

PORTION = 100
MOST_NAMED = 5


def undo(run_id: int, reason: str, *, actor_id: int | None = None, tell: Tell = lambda _rows: None) -> int:
    """Take back what a run of history brought, and return how many records went.

    Errors: RunUnknown; ReasonNeeded; NotAllowed; RunNotReady for live records and for what was undone
        before; BuiltOn with the records that something leans on, and nothing has changed then.
    Effects: at first a deed with the reason, which stops landing; then portions of 100 records, each with
        a trail entry; master data the run added is retired where nothing else names it. Safe to call again
        after a crash.
    """
    if not reason.strip():
        raise ReasonNeeded(_("Say why it is undone; the trail keeps the reason."))
    with unit_of_work(actor_id) as uow:
        _begin(uow, run_id, reason)
    undone = 0
    while True:
        with unit_of_work(actor_id) as uow:
            rows = _next_rows(uow.session, run_id)
            if not rows:
                _finish(uow, run_id, reason)
                return undone
            undone += _take_back(uow, lock_run(uow, run_id), rows, reason)
        tell(len(rows))


def _begin(uow: UnitOfWork, run_id: int, reason: str) -> None:
    if uow.actor_id is not None:
        policy.require(actor_for(uow.session, uow.actor_id, uow.now), "imports.run")
    run = lock_run(uow, run_id)
    if run.state == RunState.UNDONE.value:
        raise RunNotReady(_("Import %(id)s has been undone already.", id=run_id))
    if run.lands_as == LandsAs.OPEN.value and run.landed_count:
        raise RunNotReady(
            _("Its rows are live records. Cancel each of them on its page, with the reason that fits it.")
        )
    if run.state == RunState.UNDOING.value:
        return
    _refuse_leaned_on(uow.session, run_id, run.record_kind, _landed(uow.session, run_id))
    run.state = RunState.UNDOING.value
    record(
        uow,
        verb="import.undo_begun",
        subject=subject_of(run_id),
        before={"landed": run.landed_count},
        reason=reason.strip(),
    )


def _landed(session: Session, run_id: int) -> list[int]:
    ids = session.scalars(
        select(ImportRow.record_id).where(ImportRow.run_id == run_id, ImportRow.record_id.is_not(None))
    )
    return [one for one in ids if one is not None]


def _refuse_leaned_on(session: Session, run_id: int, kind: str, ids: Sequence[int]) -> None:
    found: set[int] = set()
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        if kind == DOCUMENT:
            found |= documents_leaned_on(session, portion)
        else:
            found |= leaned_on(session, run_id, portion)
    if not found:
        return
    numbers = session.scalars(select(Record.number).where(Record.id.in_(sorted(found)[:MOST_NAMED])))
    more = "" if len(found) <= MOST_NAMED else _(" and %(count)s more", count=len(found) - MOST_NAMED)
    raise BuiltOn(
        _(
            "Something was built on %(numbers)s%(more)s, so the import stays. Look at their pages.",
            numbers=", ".join(numbers),
            more=more,
        )
    )


def _next_rows(session: Session, run_id: int) -> Sequence[ImportRow]:
    query = select(ImportRow).where(ImportRow.run_id == run_id).order_by(ImportRow.number).limit(PORTION)
    return session.scalars(query).all()


def _take_back(uow: UnitOfWork, run: ImportRun, rows: Sequence[ImportRow], reason: str) -> int:
    """Delete a portion: rows, events, records, in the order in which they name each other."""
    session, kind, run_id = uow.session, run.record_kind, run.id
    ids = [row.record_id for row in rows if row.record_id is not None]
    _refuse_leaned_on(session, run_id, kind, ids)
    for found in session.execute(select(Record.id, Record.number, Record.title).where(Record.id.in_(ids))):
        record(
            uow,
            verb=f"{kind}.import_undone",
            subject=Subject(kind, found.id, found.number),
            before={"import": run_id, "title": found.title},
            reason=reason.strip(),
        )
    numbers = [row.number for row in rows]
    session.execute(delete(ImportRow).where(ImportRow.run_id == run_id, ImportRow.number.in_(numbers)))
    if kind == DOCUMENT:
        take_back_documents(uow, ids)
    else:
        _take_back_nonconformities(uow, ids)
    session.expunge_all()  # what the session remembers is gone
    return len(ids)


def _take_back_nonconformities(uow: UnitOfWork, ids: Sequence[int]) -> None:
    take_back_history(uow, KIND, ids)
    for model in (Nonconformity, Record):
        table = model.__table__
        assert isinstance(table, Table)
        uow.session.execute(delete(table).where(table.c.id.in_(ids)))


def _finish(uow: UnitOfWork, run_id: int, reason: str) -> None:
    run = lock_run(uow, run_id)
    retired = _retire_entries(uow, run)
    run.state, run.undone_at, run.fault = RunState.UNDONE.value, uow.now, None
    record(
        uow,
        verb="import.undone",
        subject=subject_of(run_id),
        after={"records": run.landed_count, "entries_retired": retired},
        reason=reason.strip(),
    )


def _retire_entries(uow: UnitOfWork, run: ImportRun) -> int:
    """Retire the master data the run added, where nothing else names it."""
    entries = uow.session.scalars(
        select(ImportEntry).where(ImportEntry.run_id == run.id, ImportEntry.is_added)
    ).all()
    retired = 0
    for key in KindKey:
        kind = KINDS[key]
        ids = [one.entry_id for one in entries if one.kind == key.value and one.entry_id is not None]
        free = set(ids) - referred_to(uow.session, str(inspect(kind.model).local_table), ids)
        for entry_id in sorted(free):
            retire(uow, kind, entry_id)
        retired += len(free)
    return retired
