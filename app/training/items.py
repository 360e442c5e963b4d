"""Training items: what there is to learn, its file, and asking an audience to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.foundation.errors import Invalid, Problem
from app.foundation.files import Received, StoredFile, keep_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import record
from app.training.acknowledgements import end, hear_request
from app.training.entries import LISTS, EntryKey
from app.training.maintain import EntryUnknown, entry_row, subject_of
from app.training.models import Skill, TrainingItem
from app.training.quizzes import QuizOrder, keep_quiz, quiz_of
from app.training.reading_models import AcknowledgementRequest, QuizSubject, Withdrawal
from app.workflow.forms import Choice
from app.workflow.readings import Reading, ReadingFile

ITEM = LISTS[EntryKey.ITEM]
CONTENT_KIND = "training_item"
MOST_DAYS = 365


class NothingToRead(Invalid):
    """The item has neither text nor file, or nobody is named to read it."""


@dataclass(frozen=True, slots=True)
class AudienceOrder:
    """Who is to read an item: roles (none: everybody), at one site or all. Units: calendar days."""

    roles: tuple[Role, ...]
    site_id: int | None
    due_days: int


def items(session: Session, *, with_gone: bool = False) -> Sequence[TrainingItem]:
    """Return the training items by name; those out of use only when asked for."""
    statement = select(TrainingItem).order_by(
        TrainingItem.is_active.desc(), TrainingItem.name, TrainingItem.id
    )
    return session.scalars(statement if with_gone else statement.where(TrainingItem.is_active)).all()


def item_of(session: Session, item_id: int) -> TrainingItem:
    """Return a training item. Errors: EntryUnknown."""
    row = session.get(TrainingItem, item_id)
    if row is None:
        raise EntryUnknown(_("There is no such training item."))
    return row


def item_for(session: Session, skill_id: int, level: int) -> TrainingItem | None:
    """Return the item that teaches a skill to a level: the lowest that is high enough, None when none is."""
    statement = (
        select(TrainingItem)
        .where(TrainingItem.is_active, TrainingItem.skill_id == skill_id, TrainingItem.level >= level)
        .order_by(TrainingItem.level, TrainingItem.id)
    )
    return session.scalars(statement.limit(1)).first()


def nameable_items(session: Session) -> Sequence[Choice]:
    """Return the training items in use as forms name them."""
    return [Choice(str(one.id), one.name) for one in items(session)]


def nameable_skills(session: Session) -> Sequence[Choice]:
    """Return the skills in use as forms name them."""
    rows = session.execute(select(Skill.id, Skill.name).where(Skill.is_active).order_by(Skill.name, Skill.id))
    return [Choice(str(row.id), row.name) for row in rows]


def number_of(item_id: int) -> str:
    """Return the short name of an item in lists and mails."""
    return f"TRI-{item_id:03d}"


def attach_file(uow: UnitOfWork, item_id: int, received: Received) -> StoredFile:
    """Keep the received file that goes with an item; it replaces the one before, which stays stored.

    Errors: EntryUnknown; FileRefused beyond the person's quota. Effects: a trail entry.
    """
    item = entry_row(uow.session, ITEM, item_id, is_locking=True)
    assert isinstance(item, TrainingItem), "the list holds nothing else"
    stored = keep_file(uow, received)
    before = item.file_id
    item.file_id = stored.id
    item.row_version += 1
    record(
        uow,
        verb="training_item.file_kept",
        subject=subject_of(ITEM, item),
        before={"file": before},
        after={"file": stored.name, "sha256": stored.sha256},
    )
    return stored


def ask_readers(uow: UnitOfWork, item_id: int, order: AudienceOrder) -> AcknowledgementRequest:
    """Ask an audience to read and acknowledge an item; the request before it for the same site ends.

    Errors: EntryUnknown; NothingToRead. Effects: those of `hear_request`; the item's questions go with it.
    """
    item = item_of(uow.session, item_id)
    if not item.is_active or not (item.material.strip() or item.file_id):
        sentence = _("This item has nothing to read. Write its text or add a file first.")
        raise NothingToRead(sentence, [Problem("item", "empty", sentence)])
    if not 1 <= order.due_days <= MOST_DAYS:
        sentence = _("From 1 to %(most)s days.", most=MOST_DAYS)
        raise NothingToRead(_("Nobody was asked."), [Problem("due_days", "range", sentence)])
    for earlier in _running(uow.session, item_id, order.site_id):
        end(uow, earlier, Withdrawal.SUPERSEDED)
    key = f"{CONTENT_KIND}:{item_id}:{order.site_id or 0}:{uow.now.isoformat()}"
    hear_request(
        uow,
        key,
        {
            "content_kind": CONTENT_KIND,
            "revision_id": item_id,
            "document_id": item_id,
            "number": number_of(item_id),
            "title": item.name,
            "audience": [role.value for role in order.roles],
            "site_id": order.site_id,
            "due_days": order.due_days,
        },
    )
    quiz = quiz_of(uow.session, QuizSubject.ITEM, str(item_id))
    if quiz is not None:
        asked = QuizOrder(quiz.questions, quiz.pass_score or item.pass_score)
        keep_quiz(uow, QuizSubject.READING, key, asked)
    return uow.session.scalars(
        select(AcknowledgementRequest).where(AcknowledgementRequest.revision_key == key)
    ).one()


def requests_of(session: Session, item_id: int) -> Sequence[AcknowledgementRequest]:
    """Return the requests to read an item, the latest first."""
    return session.scalars(
        select(AcknowledgementRequest)
        .where(
            AcknowledgementRequest.content_kind == CONTENT_KIND, AcknowledgementRequest.subject_id == item_id
        )
        .order_by(AcknowledgementRequest.id.desc())
    ).all()


def reading(session: Session, kind: str, item_id: int) -> Reading | None:
    """Return what an item gives to read, None for other kinds: the port of this domain."""
    item = session.get(TrainingItem, item_id) if kind == CONTENT_KIND else None
    if item is None:
        return None
    stored = session.get(StoredFile, item.file_id) if item.file_id else None
    parts = [part.strip() for part in item.material.split("\n\n") if part.strip()]
    return Reading(
        number=number_of(item.id),
        title=item.name,
        html="".join(f"<p>{escape(part)}</p>" for part in parts),
        files=(ReadingFile(stored.id, stored.name),) if stored is not None else (),
    )


def _running(session: Session, item_id: int, site_id: int | None) -> Sequence[AcknowledgementRequest]:
    return [row for row in requests_of(session, item_id) if row.ended_at is None and row.site_id == site_id]
