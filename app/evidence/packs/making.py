"""The job that makes packs: one record after the other into a stream, with progress, sealed, kept."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.sessions import actor_of
from app.evidence.packs.cover import cover_of, index_of
from app.evidence.packs.members import Printing, add_paper, add_record, as_json
from app.evidence.packs.models import EvidencePack
from app.evidence.packs.orders import has_work, remove_old, subject_of
from app.evidence.packs.record_paper import Told
from app.evidence.packs.scopes import records_of, scope_from
from app.evidence.packs.writer import PackWriter, Sealed, safe_name
from app.evidence.record_pack import MADE
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import QmsError
from app.foundation.files import Received, keep_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.records.models import Record
from app.trail import record
from app.web.addresses import outside_requests
from app.web.reader import Reader

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # renewed with each record
LARGEST = 8 * 1024**3


class _Stopped(Exception):
    """Somebody removed the pack while it was made, or another process took it over."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where packs are made: files and fonts, and the home whose key seals them."""

    printing: Printing
    home: Path


def job(workshop: Workshop) -> Callable[[], int]:
    """Return the job that makes what was asked for and removes what is old."""

    def run() -> int:
        if not has_work(db.session(), clock.now()):
            return 0  # a tick that finds nothing keeps no writer waiting
        with unit_of_work() as uow:
            remove_old(uow)
        made = 0
        while (pack_id := _claimed()) is not None:
            _make(pack_id, workshop)
            made += 1
        return made

    return run


def _claimed() -> int | None:
    """Lease the next pack that waits. A process that dies leaves it free again when the lease runs out."""
    with unit_of_work() as uow:
        statement = (
            select(EvidencePack.id)
            .where(
                EvidencePack.finished_at.is_(None),
                or_(EvidencePack.lease_until.is_(None), EvidencePack.lease_until < uow.now),
            )
            .order_by(EvidencePack.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=EvidencePack)
        )
        pack_id = uow.session.scalar(statement)
        if pack_id is not None:
            _renew(uow, pack_id)
        return pack_id


def _make(pack_id: int, workshop: Workshop) -> None:
    try:
        with tempfile.TemporaryFile() as stream, outside_requests():
            sealed = _write(pack_id, workshop, stream)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            content = workshop.printing.store.put(stream, LARGEST)
        assert content.sha256 == digest, "the store keeps what it is given"
        _shelve(pack_id, Received(content.sha256, content.size, "application/zip", "pack.zip"), sealed)
    except _Stopped:
        logger.info("pack stopped", extra={"pack_id": pack_id})
    except Exception as error:
        logger.exception("pack failed", extra={"pack_id": pack_id})
        _fail(pack_id, error)


def _write(pack_id: int, workshop: Workshop, stream: IO[bytes]) -> Sealed:
    session = db.session()
    session.rollback()
    row = session.get_one(EvidencePack, pack_id)
    scope, title, asker = scope_from(row.scope), row.title, row.asked_by_id
    actor = _asker(session, asker)
    record_ids = records_of(session, actor, scope)
    _progress(pack_id, 0, record_ids)
    told = Told(actor, Reader(actor.locale, actor.zone), clock.now())
    with PackWriter(stream) as pack:
        cover = cover_of(session, record_ids, title, told)
        add_paper(pack, cover, workshop.printing, "cover.pdf")
        pack.add("index.json", as_json(index_of(session, record_ids)))
        for number, record_id in enumerate(record_ids, start=1):
            one = session.get_one(Record, record_id)
            add_record(pack, session, one, told, workshop.printing, f"records/{safe_name(one.number)}/")
            _progress(pack_id, number, record_ids)  # ends the reading, so that what was read is let go
        return pack.seal(
            {"title": title, **scope.as_data(), "records": len(record_ids)}, told.at, workshop.home
        )


def _asker(session: Session, person_id: int) -> Actor:
    actor = actor_of(session, person_id, clock.now())
    if actor is None:
        raise _Closed(_("The account of who asked for this is closed."))
    return actor


class _Closed(QmsError):
    """Who asked for a pack may not act any more."""


def _progress(pack_id: int, done: int, record_ids: object) -> None:
    with unit_of_work() as uow:
        row = _renew(uow, pack_id)
        row.done = done
        if done == 0 and isinstance(record_ids, (list, tuple)):
            row.record_ids, row.total = list(record_ids), len(record_ids)


def _renew(uow: UnitOfWork, pack_id: int) -> EvidencePack:
    uow.session.execute(
        update(EvidencePack).where(EvidencePack.id == pack_id).values(lease_until=uow.now + LEASE)
    )
    row = uow.session.get_one(EvidencePack, pack_id)
    if row.finished_at is not None:
        raise _Stopped
    return row


def _shelve(pack_id: int, received: Received, sealed: Sealed) -> None:
    with unit_of_work() as uow:
        row = _renew(uow, pack_id)
        named = Received(received.sha256, received.size, received.media_type, f"evidence-{row.id}.zip")
        row.file_id, row.size = keep_file(uow, named).id, received.size
        row.manifest_sha256, row.pack_sha256 = sealed.digest, received.sha256
        row.finished_at, row.done = uow.now, row.total
        record(
            uow,
            verb=MADE,
            subject=subject_of(row),
            after={
                "manifest_sha256": sealed.digest,
                "pack_sha256": received.sha256,
                "records": row.total,
                "files": sealed.members,
                "asked_by": row.asked_by_id,
            },
        )


def _fail(pack_id: int, error: Exception) -> None:
    sentence = (
        error.sentence if isinstance(error, QmsError) else _("Something went wrong. The log says what.")
    )
    with unit_of_work() as uow:
        row = uow.session.get_one(EvidencePack, pack_id)
        row.finished_at, row.failure = uow.now, sentence[:500]
        record(uow, verb="evidence.pack_failed", subject=subject_of(row), after={"why": row.failure})
