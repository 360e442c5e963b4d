"""Writing and reading of trail entries. Verification and checkpoints have their own modules."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation, Purpose, install
from app.foundation.json_logging import current_request_id
from app.foundation.unit_of_work import UnitOfWork
from app.trail.models import TrailDestruction, TrailEntry, TrailHead
from app.trail.rules import Link, canonical_json, digest, hash_of, words_text

BUFFER = "trail"
INSTALLED = "installation.created"
VALUES_DESTROYED = "trail.values_destroyed"

# Sent with every act, so they are built once, and past the ORM: it costs more than the writing.
_HEAD = cast("Table", TrailHead.__table__)
_LOCK_HEAD = (
    select(TrailHead.seq, TrailHead.hash, Installation.chain_id)
    .join(Installation, Installation.id == TrailHead.id)
    .with_for_update(of=TrailHead)
)
_ADD_ENTRIES = insert(cast("Table", TrailEntry.__table__))
_MOVE_HEAD = update(_HEAD).values(seq=bindparam("last_seq"), hash=bindparam("last_hash"))


class NotInstalled(Broken):
    """The database has no installation row, so its chain has no identity."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a deed was done to: a stable kind, its id there, and the label that a person knows it by."""

    kind: str
    id: int | str
    label: str


@dataclass(frozen=True, slots=True)
class _Deed:
    """An entry waiting for its number."""

    verb: str
    subject: Subject
    before: str | None
    after: str | None
    reason: str | None
    chained: Callable[[UnitOfWork, int], None] | None


def record(
    uow: UnitOfWork,
    *,
    verb: str,
    subject: Subject,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
    chained: Callable[[UnitOfWork, int], None] | None = None,
) -> None:
    """Add a deed to the trail of this act.

    Shape: `verb` is `thing.past_participle` (`capa.closed`); `before` and `after` hold the columns that
        changed, as values with a fixed JSON form; `reason` is the person's own words; `chained` is called
        with the number of the entry once it is written, for rows that carry it.
    Errors: TypeError for a value without a fixed form, at once and not at the commit.
    Effects: numbered, chained and inserted as the very last writing of the act: three statements in all,
        however many deeds.
    """
    deed = _Deed(
        verb=verb,
        subject=Subject(subject.kind, str(subject.id), _storable(subject.label)),
        before=None if before is None else canonical_json(before),
        after=None if after is None else canonical_json(after),
        reason=None if reason is None else _storable(reason),
        chained=chained,
    )
    uow.buffer(BUFFER).append(deed)
    uow.seal_with(_write)


def open_chain(uow: UnitOfWork, purpose: Purpose) -> Installation:
    """Initialise a fresh database: its installation row, and the first entry, which says what it is for.

    Errors: AlreadyInstalled.
    """
    row = install(uow, purpose)
    record(
        uow, verb=INSTALLED, subject=Subject("installation", row.id, "Keel"), after={"purpose": row.purpose}
    )
    return row


def entries_for(session: Session, kind: str, id_: int | str) -> list[TrailEntry]:
    """Return the entries of one subject, oldest first."""
    query = select(TrailEntry).where(TrailEntry.subject_kind == kind, TrailEntry.subject_id == str(id_))
    return list(session.scalars(query.order_by(TrailEntry.seq)))


def destroy_values(uow: UnitOfWork, seq: int, *, reason: str) -> None:
    """Replace the values of one entry by a tombstone. The caller has had the destruction approved.

    Effects: empties label, reason, before, after and salt; the digests stay, so the chain still verifies;
        chains an entry that names the destroyed one, without which verification reports it.
    Errors: sqlalchemy's NoResultFound without such an entry. Safe to call again.
    """
    entry = uow.session.get_one(TrailEntry, seq)
    if entry.is_tombstone:
        return
    uow.session.add(TrailDestruction(seq=seq, at=uow.now))
    uow.session.flush()  # the trigger asks for this row before it lets the values go
    entry.label = entry.reason = entry.before = entry.after = entry.salt = None
    subject = Subject("trail_entry", seq, _("trail entry %(seq)s", seq=seq))
    record(uow, verb=VALUES_DESTROYED, subject=subject, reason=reason)


def _write(uow: UnitOfWork) -> None:
    deeds = cast("list[_Deed]", uow.buffer(BUFFER))
    head = uow.connection.execute(_LOCK_HEAD).first()
    if head is None:
        raise NotInstalled(_("This database is not initialised. Run: keel init"))
    rows = _chained(uow, deeds, head.chain_id, head.seq, head.hash)
    uow.connection.execute(_ADD_ENTRIES, rows)
    uow.connection.execute(_MOVE_HEAD, {"last_seq": rows[-1]["seq"], "last_hash": rows[-1]["hash"]})
    for number, deed in enumerate(deeds, start=head.seq + 1):
        if deed.chained is not None:
            deed.chained(uow, number)
    deeds.clear()


def _chained(
    uow: UnitOfWork, deeds: Sequence[_Deed], chain_id: str, seq: int, previous: str
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number, deed in enumerate(deeds, start=seq + 1):
        salt = secrets.token_hex(16)
        link = Link(
            chain_id=chain_id,
            seq=number,
            at=uow.now,
            actor_id=uow.actor_id,
            on_behalf_of_id=uow.on_behalf_of_id,
            request_id=uow.request_id or current_request_id(),
            verb=deed.verb,
            subject_kind=deed.subject.kind,
            subject_id=str(deed.subject.id),
            before=digest(salt, "before", deed.before),
            after=digest(salt, "after", deed.after),
            words=digest(salt, "words", words_text(deed.subject.label, deed.reason)),
            previous=previous,
        )
        previous = hash_of(link)
        rows.append(_row(link, deed, salt, previous))
    return rows


_LINKED = tuple(field.name for field in fields(Link))


def _row(link: Link, deed: _Deed, salt: str, hash_: str) -> dict[str, object]:
    columns = {name: getattr(link, name) for name in _LINKED}
    for name in ("before", "after", "words"):
        columns[f"{name}_digest"] = columns.pop(name)
    columns["previous_hash"] = columns.pop("previous")
    values = {"label": deed.subject.label, "reason": deed.reason, "before": deed.before, "after": deed.after}
    return {**columns, **values, "salt": salt, "hash": hash_}


def _storable(text: str) -> str:
    """Return the text without what a database refuses: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
