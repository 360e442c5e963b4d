"""What others did since a moment, at records a person may see: the news of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.records.models import Record
from app.records.timeline import sentence_of, task_titles
from app.records.visibility import visible
from app.trail.models import TrailEntry

LOOKED_AT = 400
SHOWN = 6
_NEWS = ("task.completed", "instance.started", "instance.held", "instance.resumed", "instance.cancelled")


@dataclass(frozen=True, slots=True)
class Change:
    """One deed of somebody else at a visible record."""

    kind: str
    record_id: int
    number: str
    title: str
    text: str
    who: str
    at: datetime


def changes_since(session: Session, actor: Actor, since: datetime, *, limit: int = SHOWN) -> Sequence[Change]:
    """Return the latest deeds of others, one for each record, latest first.

    Only the end of the trail is looked at, so that a long absence does not make the page slow.
    """
    last = session.scalar(select(func.max(TrailEntry.seq))) or 0
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.seq > last - LOOKED_AT, TrailEntry.at > since, TrailEntry.verb.in_(_NEWS))
        .order_by(TrailEntry.seq.desc())
    ).all()
    latest: dict[int, TrailEntry] = {}
    for entry in entries:
        if entry.actor_id != actor.id and entry.subject_id.isdecimal():
            latest.setdefault(int(entry.subject_id), entry)
    seen = session.execute(
        visible(select(Record.id, Record.kind, Record.number, Record.title), actor).where(
            Record.id.in_(latest)
        )
    )
    rows = {row.id: row for row in seen}
    shown = [
        (entry, rows[key])
        for key, entry in latest.items()
        if key in rows and rows[key].kind == entry.subject_kind
    ]
    names = names_of(session, sorted({entry.actor_id for entry, _row in shown if entry.actor_id}))
    titles = task_titles(session, [entry for entry, _row in shown])
    return [
        Change(
            row.kind,
            row.id,
            row.number,
            row.title,
            sentence_of(entry, names, titles),
            names.get(entry.actor_id or 0, ""),
            entry.at,
        )
        for entry, row in shown[:limit]
    ]
