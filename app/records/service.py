"""What people do with any record: attach, watch, restrict, save a view. Seeing comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.roles import Role
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.files import Received, StoredFile, keep_file
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.records.models import Attachment, Record, SavedView, Watcher
from app.records.visibility import get_visible, scope_of
from app.trail import Subject
from app.trail import record as record_deed

VIEWS_EACH = 30


class FileUnseen(NotFound):
    """There is no such file, or it belongs to a record the person may not see."""


class ViewUnseen(NotFound):
    """There is no such view, or it is somebody else's."""


class ViewInvalid(Invalid):
    """A saved view needs a name of its own."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a record as a list shows it. Units: `size` in bytes."""

    id: int
    file_id: int
    name: str
    size: int
    media_type: str
    added_by_id: int | None
    added_at: datetime


def require_attach(session: Session, actor: Actor, record_id: int) -> Record:
    """Return the record when the person may attach files to it; asked before bytes are taken.

    Errors: RecordUnseen; NotAllowed.
    """
    row = get_visible(session, actor, record_id)
    policy.require(actor, "records.comment", scope_of(row))
    return row


def attach(uow: UnitOfWork, actor: Actor, record_id: int, received: Received) -> StoredFile:
    """Attach a received upload to a record.

    Errors: RecordUnseen; NotAllowed; FileRefused beyond the person's quota.
    """
    row = require_attach(uow.session, actor, record_id)
    stored = keep_file(uow, received, site_id=actor.site_id)
    uow.session.add(
        Attachment(record_id=record_id, file_id=stored.id, added_by_id=actor.id, added_at=uow.now)
    )
    record_deed(
        uow,
        verb="record.file_attached",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"file": stored.name, "sha256": stored.sha256},
    )
    return stored


def attach_stored(uow: UnitOfWork, record_id: int, file_id: int) -> None:
    """Let a stored file belong to a record, so that who sees the record may open it. Safe to call again."""
    uow.session.execute(
        insert_into(uow.session, Attachment)
        .values(record_id=record_id, file_id=file_id, added_by_id=uow.actor_id, added_at=uow.now)
        .on_conflict_do_update(index_elements=["record_id", "file_id"], set_={"removed_at": None})
    )


def release_files(uow: UnitOfWork, record_id: int) -> None:
    """Take all files off a record that has handed them on; their content stays. Safe to call again."""
    uow.session.execute(
        update(Attachment)
        .where(Attachment.record_id == record_id, Attachment.removed_at.is_(None))
        .values(removed_at=uow.now, removed_by_id=uow.actor_id)
    )


def remove_attachment(uow: UnitOfWork, actor: Actor, record_id: int, attachment_id: int, reason: str) -> None:
    """Take a file off a record; its content stays as evidence.

    Errors: RecordUnseen; FileUnseen; NotAllowed; Invalid without a reason.
    """
    row = get_visible(uow.session, actor, record_id)
    attachment = uow.session.get(Attachment, attachment_id)
    if attachment is None or attachment.record_id != record_id or attachment.removed_at is not None:
        raise FileUnseen(_("There is no such file."))
    policy.require(actor, "records.comment", scope_of(row))
    if not reason.strip():
        sentence = _("Say why the file is taken off.")
        raise Invalid(sentence, [Problem("reason", "required", sentence)])
    attachment.removed_at = uow.now
    attachment.removed_by_id = actor.id
    record_deed(
        uow,
        verb="record.file_removed",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        before={"attachment": attachment_id},
        reason=reason.strip(),
    )


def files_of(session: Session, record_id: int) -> Sequence[AttachedFile]:
    """Return the files of a record that the caller has found visible, latest first."""
    rows = session.execute(
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.record_id == record_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id.desc())
    )
    return [
        AttachedFile(
            attached.id,
            stored.id,
            stored.name,
            stored.size,
            stored.media_type,
            attached.added_by_id,
            attached.added_at,
        )
        for attached, stored in rows
    ]


def visible_file(session: Session, actor: Actor, record_id: int, file_id: int) -> StoredFile:
    """Return a file of a record that the person may see; a file of another record is not found.

    Errors: RecordUnseen; FileUnseen.
    """
    get_visible(session, actor, record_id)
    stored = session.scalars(
        select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.record_id == record_id, StoredFile.id == file_id, Attachment.removed_at.is_(None))
    ).one_or_none()
    if stored is None:
        raise FileUnseen(_("There is no such file."))
    return stored


def watch(uow: UnitOfWork, record_id: int, person_id: int) -> None:
    """Let a person hear of a record. Safe to call again; it gives no right to see it."""
    values = {"record_id": record_id, "person_id": person_id, "since": uow.now}
    uow.session.execute(insert_into(uow.session, Watcher).values(values).on_conflict_do_nothing())


def unwatch(uow: UnitOfWork, record_id: int, person_id: int) -> None:
    """Stop hearing of a record. Safe to call again."""
    uow.session.execute(delete(Watcher).where(Watcher.record_id == record_id, Watcher.person_id == person_id))


def is_watching(session: Session, record_id: int, person_id: int) -> bool:
    """Tell whether a person watches a record."""
    return session.get(Watcher, (record_id, person_id)) is not None


def restrict(uow: UnitOfWork, actor: Actor, record_id: int, roles: Sequence[Role], reason: str) -> Record:
    """Open a record to named roles and its participants only; no roles lifts the restriction.

    Errors: RecordUnseen; NotAllowed; Invalid without a reason.
    """
    row = get_visible(uow.session, actor, record_id)
    policy.require(actor, "records.restrict", scope_of(row))
    if not reason.strip():
        sentence = _("Say why who sees the record changes.")
        raise Invalid(sentence, [Problem("reason", "required", sentence)])
    before = list(row.restricted_roles)
    row.restricted_to = f",{','.join(sorted(role.value for role in roles))}," if roles else None
    row.row_version += 1
    record_deed(
        uow,
        verb="record.restricted" if roles else "record.unrestricted",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        before={"restricted_to": before},
        after={"restricted_to": list(row.restricted_roles)},
        reason=reason.strip(),
    )
    return row


def save_view(uow: UnitOfWork, person_id: int, list_key: str, name: str, query: str) -> SavedView:
    """Keep a list's filters under a name; the same name replaces what was kept.

    Errors: ViewInvalid without a name or beyond thirty views of one list.
    """
    label = " ".join(name.split())[:80]
    kept = {view.name: view for view in views_of(uow.session, person_id, list_key)}
    if not label or (label not in kept and len(kept) >= VIEWS_EACH):
        sentence = _("Give the view a name; at most %(most)s are kept for a list.", most=VIEWS_EACH)
        raise ViewInvalid(sentence, [Problem("name", "required", sentence)])
    view = kept.get(label)
    if view is None:
        view = SavedView(person_id=person_id, list_key=list_key, name=label, query="", created_at=uow.now)
        uow.session.add(view)
    view.query = query.lstrip("?")[:2000]
    return view


def rename_view(uow: UnitOfWork, person_id: int, view_id: int, name: str) -> SavedView:
    """Give one of one's own views another name.

    Errors: ViewUnseen; ViewInvalid without a name, or with one that another view of the list has.
    """
    view = own_view(uow.session, person_id, view_id)
    label = " ".join(name.split())[:80]
    if not label:
        sentence = _("Give the view a name.")
        raise ViewInvalid(sentence, [Problem("name", "required", sentence)])
    others = {one.name for one in views_of(uow.session, person_id, view.list_key) if one.id != view_id}
    if label in others:
        sentence = _("Another view of this list has the name “%(name)s”. Choose another one.", name=label)
        raise ViewInvalid(sentence, [Problem("name", "twice", sentence)])
    view.name = label
    return view


def own_view(session: Session, person_id: int, view_id: int) -> SavedView:
    """Return one of one's own views. Errors: ViewUnseen."""
    view = session.get(SavedView, view_id)
    if view is None or view.person_id != person_id:
        raise ViewUnseen(_("There is no such view, or it is somebody else's."))
    return view


def all_views_of(session: Session, person_id: int) -> Sequence[SavedView]:
    """Return all saved views of a person, by list and name."""
    own = select(SavedView).where(SavedView.person_id == person_id)
    return session.scalars(own.order_by(SavedView.list_key, SavedView.name)).all()


def forget_view(uow: UnitOfWork, person_id: int, view_id: int) -> None:
    """Drop one of one's own saved views. Safe to call again; views of others stay."""
    uow.session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id))


def views_of(session: Session, person_id: int, list_key: str) -> Sequence[SavedView]:
    """Return a person's saved views of a list, by name."""
    return session.scalars(
        select(SavedView)
        .where(SavedView.person_id == person_id, SavedView.list_key == list_key)
        .order_by(SavedView.name)
    ).all()
