"""Asks for packs, lists them, hands them out and removes them when their time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.evidence.packs.models import EvidencePack, PackKind
from app.evidence.packs.scopes import READ, PackScope, sees_all
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, value_of
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record

KEPT_DAYS = Setting("evidence.pack_days", 30, int, "How many days an evidence pack is kept after it was made")
SETTINGS = (KEPT_DAYS,)
MOST_WAITING = 3  # of one person, so that nobody fills the queue
MOST_LISTED = 100


class PackUnseen(NotFound):
    """There is no such pack, or it is not for this person."""


def ask(uow: UnitOfWork, actor: Actor, scope: PackScope) -> EvidencePack:
    """Ask for a pack; the job makes it.

    Effects: one row, a trail entry.
    Errors: Invalid for a span that ends before it begins, or when too many of the person's packs wait.
    """
    if scope.last < scope.first:
        raise _refused("last", _("The last day comes before the first."))
    waiting = select(EvidencePack.id).where(
        EvidencePack.asked_by_id == actor.id, EvidencePack.finished_at.is_(None)
    )
    if len(uow.session.scalars(waiting).all()) >= MOST_WAITING:
        raise _refused("first", _("Three of your packs are being made. Ask again when one is done."))
    row = EvidencePack(
        kind=(PackKind.CLAUSE if scope.clause else PackKind.PERIOD).value,
        title=scope.title,
        scope=scope.as_data(),
        first=scope.first,
        last=scope.last,
        asked_by_id=actor.id,
        asked_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the trail names it
    record(uow, verb="evidence.pack_asked", subject=subject_of(row), after=scope.as_data())
    return row


def packs_for(session: Session, actor: Actor) -> Sequence[EvidencePack]:
    """Return the packs a person may know of, the latest first: their own, and all for who sees all sites."""
    statement = select(EvidencePack).order_by(EvidencePack.id.desc()).limit(MOST_LISTED)
    if policy.sites_for(actor, READ) is not policy.ALL:
        statement = statement.where(EvidencePack.asked_by_id == actor.id)
    return session.scalars(statement).all()


def may_take(session: Session, actor: Actor, row: EvidencePack) -> bool:
    """Tell whether a person may take a pack: who may see every record in it, also at this moment."""
    return row.file_id is not None and sees_all(session, actor, row.record_ids)


def take(session: Session, actor: Actor, pack_id: int) -> StoredFile:
    """Return the file of a pack. Errors: PackUnseen."""
    row = session.get(EvidencePack, pack_id)
    if row is None or row.file_id is None or not may_take(session, actor, row):
        raise PackUnseen(_("There is no such pack, or it is not for you to take."))
    return session.get_one(StoredFile, row.file_id)


def note_taken(uow: UnitOfWork, pack_id: int) -> None:
    """Keep in the trail that a pack was taken."""
    record(uow, verb="evidence.pack_taken", subject=subject_of(uow.session.get_one(EvidencePack, pack_id)))


def remove(uow: UnitOfWork, row: EvidencePack) -> None:
    """Remove the file of a pack; what it was stays listed. Safe to call again.

    Effects: the row of the file goes, the sweep removes its content; a trail entry.
    """
    if row.removed_at is not None:
        return
    file_id, row.file_id, row.removed_at = row.file_id, None, uow.now
    uow.session.flush()  # the file is named no more
    if file_id is not None:
        uow.session.delete(uow.session.get_one(StoredFile, file_id))
    record(uow, verb="evidence.pack_removed", subject=subject_of(row))


def remove_own(uow: UnitOfWork, actor: Actor, pack_id: int) -> None:
    """Remove a pack before its time; only who asked for it may. Errors: PackUnseen."""
    row = uow.session.get(EvidencePack, pack_id)
    if row is None or row.asked_by_id != actor.id:
        raise PackUnseen(_("There is no such pack, or it is not for you to take."))
    row.finished_at = row.finished_at or uow.now  # one that waits is not made any more
    remove(uow, row)


def remove_old(uow: UnitOfWork) -> int:
    """Remove the packs whose time is over; return how many. Safe to call again."""
    rows = uow.session.scalars(select(EvidencePack).where(_is_old(uow.session, uow.now))).all()
    for row in rows:
        remove(uow, row)
    return len(rows)


def has_work(session: Session, now: datetime) -> bool:
    """Tell whether a pack waits to be made, or to be removed."""
    session.rollback()
    waiting = or_(EvidencePack.finished_at.is_(None), _is_old(session, now))
    return session.scalar(select(EvidencePack.id).where(waiting).limit(1)) is not None


def _is_old(session: Session, now: datetime) -> ColumnElement[bool]:
    before = now - timedelta(days=max(1, value_of(session, KEPT_DAYS)))
    return and_(EvidencePack.finished_at < before, EvidencePack.removed_at.is_(None))


def subject_of(row: EvidencePack) -> Subject:
    """Return a pack as the trail names it."""
    return Subject("evidence_pack", row.id, row.title)


def _refused(key: str, sentence: str) -> Invalid:
    return Invalid(_("The pack was not asked for."), [Problem(key, "pack", sentence)])
