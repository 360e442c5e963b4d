"""Reads the trail for pages: filtered, the latest first, and only what the person may know of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.policy import ALL, Scope
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.visibility import visible
from app.trail.models import TrailEntry

PERMISSION = "trail.read"
PAGE = 50
BATCH = 200
MOST_READ = 5_000


class EntryUnseen(NotFound):
    """There is no such entry, or it is about something the person may not know of."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for.

    Shape: `verb` may be a deed or the thing before the dot; `text` stands in label or reason.
    """

    text: str = ""
    verb: str = ""
    kind: str = ""
    actor_id: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Entries of one page. Shape: below `next_before` the next page begins, 0 at the end."""

    entries: Sequence[TrailEntry]
    next_before: int


def entries(session: Session, actor: Actor, filters: Filters, *, before: int | None) -> Found:
    """Return a page of entries.

    Shape: what the person may not see is passed over; a page ends early when much was passed over, and its
    door leads on.
    """
    shown: list[TrailEntry] = []
    read, place = 0, before
    while len(shown) < PAGE and read < MOST_READ:
        batch = session.scalars(_statement(filters, place).limit(BATCH)).all()
        read += len(batch)
        known = seen_subjects(session, actor, batch)
        for entry in batch:
            place = entry.seq
            if (entry.subject_kind, entry.subject_id) in known:
                shown.append(entry)
            if len(shown) == PAGE:
                return Found(shown, place)
        if len(batch) < BATCH:
            return Found(shown, 0)
    return Found(shown, place or 0)


def entry_of(session: Session, actor: Actor, seq: int) -> TrailEntry:
    """Return one entry.

    Errors: EntryUnseen.
    """
    entry = session.get(TrailEntry, seq)
    if entry is None or (entry.subject_kind, entry.subject_id) not in seen_subjects(session, actor, [entry]):
        raise EntryUnseen(_("There is no such entry, or it is not for you to see."))
    return entry


def seen_subjects(session: Session, actor: Actor, batch: Sequence[TrailEntry]) -> set[tuple[str, str]]:
    """Return the subjects of these entries that the person may know of.

    Shape: records as everywhere; people, settings and the rest only for who reads the trail of all sites.
    """
    ids = {int(one.subject_id) for one in batch if one.subject_id.isdecimal()}
    kinds = {one.subject_kind for one in batch}
    records = select(Record.id, Record.kind).where(Record.id.in_(ids), Record.kind.in_(kinds))
    every = {(row.kind, str(row.id)) for row in session.execute(records)}
    seen = {(row.kind, str(row.id)) for row in session.execute(visible(records, actor))}
    if not reads_everything(actor):
        return seen
    others = {(one.subject_kind, one.subject_id) for one in batch} - every
    return seen | others


def reads_everything(actor: Actor) -> bool:
    """Tell whether the person reads the trail of all sites."""
    return policy.sites_for(actor, PERMISSION) is ALL and policy.can(actor, PERMISSION, Scope())


def filters_of(values: Mapping[str, str]) -> Filters:
    """Return what an address asks for; what cannot be read is left out."""
    actor = values.get("who", "")
    return Filters(
        text=" ".join(values.get("q", "").split())[:100],
        verb=values.get("deed", "")[:80],
        kind=values.get("about", "")[:40],
        actor_id=int(actor) if actor.isdecimal() and len(actor) < 10 else None,
        first=_day(values.get("first", "")),
        last=_day(values.get("last", "")),
    )


def _statement(filters: Filters, before: int | None) -> Select[TrailEntry]:
    statement = select(TrailEntry).order_by(TrailEntry.seq.desc())
    if before is not None:
        statement = statement.where(TrailEntry.seq < before)
    if filters.verb:
        is_thing = "." not in filters.verb
        statement = statement.where(
            TrailEntry.verb.startswith(f"{filters.verb}.", autoescape=True)
            if is_thing
            else TrailEntry.verb == filters.verb
        )
    if filters.kind:
        statement = statement.where(TrailEntry.subject_kind == filters.kind)
    if filters.actor_id is not None:
        statement = statement.where(TrailEntry.actor_id == filters.actor_id)
    if filters.first is not None:
        statement = statement.where(TrailEntry.at >= _start(filters.first))
    if filters.last is not None:
        statement = statement.where(TrailEntry.at < _start(filters.last + timedelta(days=1)))
    if filters.text:
        statement = statement.where(
            or_(
                TrailEntry.label.icontains(filters.text, autoescape=True),
                TrailEntry.reason.icontains(filters.text, autoescape=True),
            )
        )
    return statement


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
