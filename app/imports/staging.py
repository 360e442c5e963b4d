"""Stages a file: every row is checked and kept, and the run is ready to land only when all are good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.accounts import policy
from app.foundation import clock
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.imports.acting import actor_for
from app.imports.checking import KEY, CheckedRow, RowChecker
from app.imports.mapping import MappingPlan
from app.imports.models import NAME_LENGTH, ImportEntry, ImportRow, ImportRun
from app.imports.names import PlannedEntry
from app.imports.reading import FileReader, Tell
from app.imports.refusals import Faults, ImportedBefore, ReporterNeeded, file_refusal
from app.imports.rules import LandsAs, RunState
from app.trail import Subject, record

BATCH = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported: the file, the mapping, what becomes of the rows, and who imports them.

    Shape: without `actor_id` Keel itself acts; live records need a person.
    """

    path: Path
    plan: MappingPlan
    lands_as: LandsAs
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a dry run found: how many rows would land, and the master data they would add."""

    row_count: int
    planned: tuple[PlannedEntry, ...]


def preview(order: Order, tell: Tell = lambda _bytes: None) -> Preview:
    """Check every row of the file; nothing is written.

    Errors: FileRefused with all problems; MappingInvalid; ReporterNeeded; ImportedBefore; NotPublished.
    """
    checker, reader = _checker(order), _reader(order)
    count = sum(len(batch) for batch in _batches(checker, reader, tell))
    refuse_empty(count)
    refuse_repeat(db.session(), order, reader.digest)
    return Preview(count, tuple(checker.names.planned))


def stage(order: Order, tell: Tell = lambda _bytes: None) -> int:
    """Check and keep every row of the file and return the run's id, ready to land.

    Errors: as `preview`; nothing is left behind then. A crash leaves a run that never lands.
    Effects: transactions of at most 500 rows, so that others can work; a trail entry at the end.
    """
    checker, reader = _checker(order), _reader(order)
    with unit_of_work(order.actor_id) as uow:
        run_id = begin(uow, order)
    try:
        count = 0
        for batch in _batches(checker, reader, tell):
            count += len(batch)
            with unit_of_work(order.actor_id) as uow:
                keep(uow, run_id, batch)
        refuse_empty(count)
        with unit_of_work(order.actor_id) as uow:
            refuse_repeat(uow.session, order, reader.digest)
            finish(uow, run_id, reader.digest, count, checker.names.planned)
    except BaseException:
        discard(run_id)
        raise
    return run_id


def discard(run_id: int) -> None:
    """Forget the rows of a run of which nothing has landed, and the run. Safe to call again."""
    while True:
        with unit_of_work() as uow:
            numbers = select(ImportRow.number).where(ImportRow.run_id == run_id).limit(BATCH)
            found = uow.session.scalars(numbers).all()
            uow.session.execute(
                delete(ImportRow).where(ImportRow.run_id == run_id, ImportRow.number.in_(found))
            )
            if not found:
                uow.session.execute(delete(ImportEntry).where(ImportEntry.run_id == run_id))
                uow.session.execute(delete(ImportRun).where(ImportRun.id == run_id))
                return


def _checker(order: Order) -> RowChecker:
    db.session.rollback()
    if order.lands_as is LandsAs.OPEN and order.actor_id is None:
        raise ReporterNeeded(_("Live records need somebody who reports them. Name the person with --by."))
    if order.actor_id is not None:
        policy.require(actor_for(db.session(), order.actor_id, clock.now()), "imports.run")
    return RowChecker(db.session(), order.plan, clock.now())


def _reader(order: Order) -> FileReader:
    return FileReader(order.path, order.plan.shape, order.plan.columns)


def _batches(checker: RowChecker, reader: FileReader, tell: Tell) -> Iterator[list[CheckedRow]]:
    """Yield checked rows in batches; after a fault the rest is only checked, and all faults are raised."""
    faults = Faults()

    def good() -> Iterator[CheckedRow]:
        for row in reader.rows(tell):
            checked, problems = checker.check(row)
            faults.add(problems)
            if checked is not None and not faults:
                yield checked

    rows = good()
    while batch := list(islice(rows, BATCH)):
        db.session.rollback()  # the reading of master data must not hold a transaction open over the writing
        yield batch
    if faults:
        raise faults.refusal()


def begin(uow: UnitOfWork, order: Order, record_kind: str = KEY) -> int:
    """Write the run of an order, not ready to land, and return its id."""
    run = ImportRun(
        record_kind=record_kind,
        title=order.plan.title,
        file_name=order.path.name[:NAME_LENGTH],
        mapping=dict(order.plan.source),
        lands_as=order.lands_as.value,
        state=RunState.STAGING.value,
        row_count=0,
        landed_count=0,
        recurrent_count=0,
        actor_id=order.actor_id,
        created_at=uow.now,
    )
    uow.session.add(run)
    uow.session.flush()
    return run.id


def keep(uow: UnitOfWork, run_id: int, batch: Sequence[CheckedRow]) -> None:
    """Keep checked rows of a run."""
    rows: list[dict[str, Any]] = [
        {
            "run_id": run_id,
            "number": one.number,
            "occurred_at": one.occurred_at,
            "answers": dict(one.answers),
        }
        for one in batch
    ]
    uow.session.execute(insert(ImportRow), rows)


def finish(uow: UnitOfWork, run_id: int, digest: str, count: int, planned: Sequence[PlannedEntry]) -> None:
    """Let a run land: all its rows are good. Effects: the master data it adds; a trail entry."""
    uow.session.add_all(_entry(run_id, one) for one in planned)
    uow.session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(file_sha256=digest, row_count=count, state=RunState.STAGED.value)
    )
    record(
        uow,
        verb="import.staged",
        subject=subject_of(run_id),
        after={"file_sha256": digest, "rows": count, "entries": len(planned)},
    )


def _entry(run_id: int, one: PlannedEntry) -> ImportEntry:
    own = {name: getattr(one.entry, name) for name in ("zone", "country", "subdivision", "branch")}
    return ImportEntry(
        run_id=run_id,
        number=one.number,
        kind=one.kind.value,
        code=one.entry.code,
        name=one.entry.name,
        details={name: value for name, value in own.items() if value},
    )


def subject_of(run_id: int) -> Subject:
    """Return how the trail names an import."""
    return Subject("import", run_id, _("Import %(id)s", id=run_id))


def refuse_empty(count: int) -> None:
    """Refuse a file without rows. Errors: FileRefused."""
    if count == 0:
        raise file_refusal(_("The file has no rows."))


def refuse_repeat(session: Session, order: Order, digest: str) -> None:
    """Refuse a file that stands imported in the same way already. Errors: ImportedBefore."""
    earlier = session.scalar(
        select(ImportRun.id).where(
            ImportRun.file_sha256 == digest,
            ImportRun.lands_as == order.lands_as.value,
            ImportRun.state != RunState.UNDONE.value,
        )
    )
    if earlier is not None:
        raise ImportedBefore(_("This file is import %(id)s already. Undo that first.", id=earlier))
