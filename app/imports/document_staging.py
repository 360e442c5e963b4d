"""Stages a library: every row and every file is checked and kept, and nothing lands unless all are good."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem
from app.foundation.file_examination import examine_stream
from app.foundation.file_limits import largest_bytes
from app.foundation.file_store import FileStore
from app.foundation.files import Received, StoredFile, clean_name, receive_later
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.imports import staging
from app.imports.acting import actor_for
from app.imports.checking import CheckedRow
from app.imports.document_rows import DocumentChecker
from app.imports.folder import Folder
from app.imports.mapping_reader import DOCUMENT
from app.imports.models import ImportRow
from app.imports.reading import FileReader, Tell
from app.imports.refusals import Faults, ReporterNeeded
from app.imports.rules import LandsAs
from app.imports.staging import Order, Preview

BATCH = 100


@dataclass(frozen=True, slots=True)
class Library:
    """What is brought in: the order for the metadata, the folder with the files, and the store they go to."""

    order: Order
    folder: Path
    store: FileStore


def preview_library(library: Library, tell: Tell = lambda _bytes: None) -> Preview:
    """Check every row and every file; nothing is written.

    Errors: FileRefused with all problems; MappingInvalid; ReporterNeeded; NotAllowed; ImportedBefore.
    """
    checker, reader, folder = _parts(library)
    faults, count = Faults(), 0
    for row in reader.rows(tell):
        checked, problems = checker.check(row)
        if checked is not None:
            problems = _look(folder, checker, checked)
        faults.add(problems)
        count += 1
    if faults:
        raise faults.refusal()
    staging.refuse_empty(count)
    staging.refuse_repeat(db.session(), library.order, reader.digest)
    return Preview(count, tuple(checker.names.planned))


def stage_library(library: Library, tell: Tell = lambda _bytes: None) -> int:
    """Check and keep every row with its file and return the run's id, ready to land.

    Errors: as `preview_library`; no row is left behind then, and contents nobody names are swept.
    Effects: files are copied outside of transactions; then transactions of at most 100 rows. After this the
        folder is not needed any more, so that landing can go on without it.
    """
    checker, reader, folder = _parts(library)
    order = library.order
    with unit_of_work(order.actor_id) as uow:
        run_id = staging.begin(uow, order, DOCUMENT)
    try:
        count = 0
        for batch in _batches(library, checker, reader, folder, tell):
            count += len(batch)
            with unit_of_work(order.actor_id) as uow:
                staging.keep(uow, run_id, _named(uow, batch))
        staging.refuse_empty(count)
        with unit_of_work(order.actor_id) as uow:
            staging.refuse_repeat(uow.session, order, reader.digest)
            staging.finish(uow, run_id, reader.digest, count, checker.names.planned)
    except BaseException:
        _discard(run_id)
        raise
    return run_id


def _discard(run_id: int) -> None:
    """Forget a run of which nothing has landed, with the rows that name its contents."""
    db.session.rollback()
    found = db.session.scalars(select(ImportRow.answers).where(ImportRow.run_id == run_id)).yield_per(BATCH)
    ids = [answers["file_id"] for answers in found]
    staging.discard(run_id)
    for start in range(0, len(ids), BATCH):
        with unit_of_work() as uow:
            uow.session.execute(delete(StoredFile).where(StoredFile.id.in_(ids[start : start + BATCH])))


def _parts(library: Library) -> tuple[DocumentChecker, FileReader, Folder]:
    db.session.rollback()
    order, session = library.order, db.session()
    if order.lands_as is not LandsAs.HISTORY:
        raise ReporterNeeded(_("An existing library lands as history. Open a change for what is to change."))
    if order.actor_id is not None:
        policy.require(actor_for(session, order.actor_id, clock.now()), "imports.run")
    checker = DocumentChecker(session, order.plan, clock.now())
    reader = FileReader(order.path, order.plan.shape, order.plan.columns)
    folder = Folder(library.folder, largest_bytes(session))
    return checker, reader, folder


Kept = tuple[CheckedRow, Received]


def _batches(
    library: Library, checker: DocumentChecker, reader: FileReader, folder: Folder, tell: Tell
) -> Iterator[list[Kept]]:
    """Yield rows with their stored contents; after a fault the rest is only checked, and all are raised."""
    faults = Faults()

    def good() -> Iterator[Kept]:
        for row in reader.rows(tell):
            checked, problems = checker.check(row)
            received = None
            if checked is not None and faults:
                problems = _look(folder, checker, checked)
            elif checked is not None:
                received, problems = _take(library, folder, checker, checked)
            faults.add(problems)
            if checked is not None and received is not None and not faults:
                yield checked, received

    rows = good()
    while batch := list(islice(rows, BATCH)):
        db.session.rollback()  # the reading of master data must not hold a transaction open over the writing
        library.store.settle()
        yield batch
    if faults:
        raise faults.refusal()


def _look(folder: Folder, checker: DocumentChecker, row: CheckedRow) -> list[Problem]:
    name = str(row.answers["file"])
    try:
        with folder.open(name) as stream:
            size = os.fstat(stream.fileno()).st_size
            examine_stream(stream, size, clean_name(name))
    except Invalid as refusal:
        return _placed(checker, row, refusal)
    return []


def _take(
    library: Library, folder: Folder, checker: DocumentChecker, row: CheckedRow
) -> tuple[Received | None, list[Problem]]:
    name = str(row.answers["file"])
    try:
        with folder.open(name) as stream:
            size = os.fstat(stream.fileno()).st_size
            return receive_later(library.store, stream, name, size), []
    except Invalid as refusal:
        return None, _placed(checker, row, refusal)


def _placed(checker: DocumentChecker, row: CheckedRow, refusal: Invalid) -> list[Problem]:
    place = checker.place(row.number, "file")
    name = str(row.answers["file"])[:80]
    return [replace(one, where=place, sentence=f"“{name}”: {one.sentence}") for one in refusal.problems]


def _named(uow: UnitOfWork, batch: Sequence[Kept]) -> list[CheckedRow]:
    """Write the rows that name the contents, and return the checked rows with their ids."""
    ids = _file_ids(uow.session, uow, [received for _row, received in batch])
    return [
        replace(row, answers={**row.answers, "file_id": file_id, "sha256": received.sha256})
        for (row, received), file_id in zip(batch, ids, strict=True)
    ]


def _file_ids(session: Session, uow: UnitOfWork, files: Sequence[Received]) -> Sequence[int]:
    statement = insert(StoredFile).returning(StoredFile.id, sort_by_parameter_order=True)
    return session.scalars(
        statement,
        [
            {
                "sha256": one.sha256,
                "size": one.size,
                "media_type": one.media_type,
                "name": one.name,
                "created_at": uow.now,
                "created_by_id": None,  # a library is no upload of one person, and counts for no quota
                "came_with_form": False,
            }
            for one in files
        ],
    ).all()
