"""Lands staged runs in portions. A portion is one transaction, so a crash loses and doubles nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.foundation.db import db
from app.foundation.errors import Broken, Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.imports.document_landing import land_documents
from app.imports.mapping_reader import DOCUMENT
from app.imports.models import ImportEntry, ImportRow, ImportRun
from app.imports.names import entry_of, with_real_ids
from app.imports.nonconformities import land
from app.imports.refusals import RunNotReady, RunUnknown
from app.imports.rules import PORTION, PROVISIONAL_FROM, LandsAs, RunState
from app.imports.staging import subject_of
from app.organisation.kinds import KINDS, KindKey
from app.organisation.service import add, id_of, restore
from app.organisation.service import entry as organisation_entry
from app.trail import record

logger = logging.getLogger(__name__)
MOST_ENTRIES = 100
PORTIONS_AT_ONCE = 10
Tell = Callable[[int], None]


class LandingStopped(Broken):
    """A row could not land, though the form had accepted it. What landed before stays."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has brought so far. Shape: `recurrent_count` rows had happened within 365 days before."""

    run_id: int
    row_count: int
    landed_count: int
    recurrent_count: int
    is_done: bool


def land_run(run_id: int, tell: Tell = lambda _rows: None) -> Outcome:
    """Land what is left of a run, portion by portion; `tell` hears how many rows each landed.

    Errors: RunUnknown; LandingStopped with the row, which is kept on the run until its fault is cleared.
    Effects: as `land_portion`. Several at once share the work; safe to call again at any time.
    """
    before = outcome_of(run_id).landed_count
    is_over = False
    while not is_over:
        is_over = _land_or_note(run_id)
        outcome = outcome_of(run_id)
        tell(outcome.landed_count - before)
        before = outcome.landed_count
    return outcome


def land_due() -> int:
    """Land the runs whose command did not live to the end; a job of the scheduler. Returns how many.

    Effects: at most ten portions of each run, so that a server can stop meanwhile; a run whose row does not
        land waits until somebody resumes it, the next run goes on.
    """
    db.session.rollback()
    waiting = db.session.scalars(
        select(ImportRun.id)
        .where(ImportRun.state == RunState.STAGED.value, ImportRun.fault.is_(None))
        .order_by(ImportRun.id)
    ).all()
    for run_id in waiting:
        try:
            for _portion in range(PORTIONS_AT_ONCE):
                if _land_or_note(run_id):
                    break
        except LandingStopped:
            logger.exception("import stopped", extra={"import_id": run_id})
    return len(waiting)


def _land_or_note(run_id: int) -> bool:
    try:
        return land_portion(run_id)
    except LandingStopped as stopped:
        with unit_of_work() as uow:
            lock_run(uow, run_id).fault = stopped.sentence
        raise


def outcome_of(run_id: int) -> Outcome:
    """Return how far a run is.

    Errors: RunUnknown.
    """
    db.session.rollback()
    run = db.session.get(ImportRun, run_id)
    if run is None:
        raise RunUnknown(_("There is no import %(id)s.", id=run_id))
    return Outcome(
        run.id, run.row_count, run.landed_count, run.recurrent_count, run.state == RunState.LANDED.value
    )


def clear_fault(run_id: int) -> None:
    """Let a run that had stopped land again.

    Errors: RunUnknown; RunNotReady for a run of which not all rows were checked, or that was undone.
    """
    with unit_of_work() as uow:
        run = lock_run(uow, run_id)
        if run.state == RunState.STAGING.value:
            raise RunNotReady(_("Its rows were not all checked, so none has landed. Import the file again."))
        if run.state in {RunState.UNDOING.value, RunState.UNDONE.value}:
            raise RunNotReady(_("It was undone. Import the file again."))
        run.fault = None


def land_portion(run_id: int) -> bool:
    """Land the next rows in one transaction, oldest first, and return whether the run is over.

    Shape: at most 100 rows of history, 25 live ones (each is a whole step of the engine).
    Errors: LandingStopped; nothing of the portion has landed then.
    Effects: locks the run; master data the rows need is added first; records, events, trail entries.
    """
    with unit_of_work(_actor_of(run_id)) as uow:
        run = lock_run(uow, run_id)
        if run.state != RunState.STAGED.value:
            return True
        if _add_entries(uow, run_id):
            return False
        landed = _land_rows(uow, run)
        if landed < PORTION[LandsAs(run.lands_as)]:
            _close(uow, run)
            return True
    return False


def lock_run(uow: UnitOfWork, run_id: int) -> ImportRun:
    """Return the run's row, locked to the end of the act.

    Errors: RunUnknown.
    """
    run = uow.session.scalars(select(ImportRun).where(ImportRun.id == run_id).with_for_update()).one_or_none()
    if run is None:
        raise RunUnknown(_("There is no import %(id)s.", id=run_id))
    return run


def _add_entries(uow: UnitOfWork, run_id: int) -> int:
    waiting = uow.session.scalars(
        select(ImportEntry)
        .where(ImportEntry.run_id == run_id, ImportEntry.entry_id.is_(None))
        .order_by(ImportEntry.number)
        .limit(MOST_ENTRIES)
    ).all()
    for entry in waiting:
        _add_entry(uow, entry)
    return len(waiting)


def _add_entry(uow: UnitOfWork, entry: ImportEntry) -> None:
    """Add the entry, or bring back what was retired; one that somebody added meanwhile is taken as it is."""
    kind = KINDS[KindKey(entry.kind)]
    known = id_of(uow.session, kind, entry.code)
    if known is None:
        entry.entry_id = add(uow, kind, entry_of(entry.code, entry.name, entry.details))
        entry.is_added = True
        return
    entry.entry_id = known
    entry.is_added = not organisation_entry(uow.session, kind, known).is_active
    restore(uow, kind, known)


def _land_rows(uow: UnitOfWork, run: ImportRun) -> int:
    rows = uow.session.scalars(
        select(ImportRow)
        .where(ImportRow.run_id == run.id, ImportRow.record_id.is_(None))
        .order_by(ImportRow.occurred_at, ImportRow.number)
        .limit(PORTION[LandsAs(run.lands_as)])
    ).all()
    real = _real_ids(uow, run.id)
    if run.record_kind == DOCUMENT:
        return _land_documents(uow, run, rows, real)
    for row in rows:
        try:
            landed = land(uow, run, row, with_real_ids(row.answers, real))
        except QmsError as error:
            raise _stopped(run, row, error) from error
        row.record_id, row.landed_version = landed.record_id, landed.row_version
        run.landed_count += 1
        run.recurrent_count += landed.is_recurrent
    return len(rows)


def _land_documents(
    uow: UnitOfWork, run: ImportRun, rows: Sequence[ImportRow], real: Mapping[int, int]
) -> int:
    if rows:
        try:
            land_documents(uow, run, rows, [with_real_ids(row.answers, real) for row in rows])
        except QmsError as error:
            raise _stopped(run, rows[0], error) from error
        run.landed_count += len(rows)
    return len(rows)


def _real_ids(uow: UnitOfWork, run_id: int) -> dict[int, int]:
    rows = uow.session.execute(
        select(ImportEntry.number, ImportEntry.entry_id).where(ImportEntry.run_id == run_id)
    )
    return {PROVISIONAL_FROM + row.number: row.entry_id for row in rows if row.entry_id is not None}


def _stopped(run: ImportRun, row: ImportRow, error: QmsError) -> LandingStopped:
    problems = error.problems if isinstance(error, Invalid) else ()
    why = " ".join([error.sentence, *(str(problem) for problem in problems)])
    return LandingStopped(
        _(
            "Row %(row)s did not land: %(why)s Mend it, then run: keel import resume %(id)s",
            row=row.number,
            why=why,
            id=run.id,
        )
    )


def _close(uow: UnitOfWork, run: ImportRun) -> None:
    run.state, run.landed_at, run.fault = RunState.LANDED.value, uow.now, None
    record(
        uow,
        verb="import.landed",
        subject=subject_of(run.id),
        after={"rows": run.landed_count, "recurrent": run.recurrent_count, "lands_as": run.lands_as},
    )


def _actor_of(run_id: int) -> int | None:
    db.session.rollback()
    return db.session.scalar(select(ImportRun.actor_id).where(ImportRun.id == run_id))
