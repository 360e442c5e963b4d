"""Compares records with what the trail last said about them: a record changed past the trail is found here.

The trail below knows no record; each domain that wants its records watched gives a `Witness`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation
from app.trail.models import TrailEntry
from app.trail.rules import canonical_json
from app.trail.service import entries_for

CHUNK = 1_000  # entries compared at a time
Rows = Iterable[tuple[int | str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Witness:
    """A kind of subject and a function that reads its records.

    Shape: `rows` yields (id, values by column); a column is compared when the trail has recorded it, in the
        same form as `record` was given it.
    """

    kind: str
    rows: Callable[[Session], Rows]


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says, for those who compare it with their rows. `values` are those of `after`."""

    seq: int
    kind: str
    subject_id: int
    label: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryWitness:
    """Some verbs, and a function that compares their entries with the rows they speak of, many at a time.

    Shape: entries whose values were destroyed are left out; a row that is gone contradicts its entry too.
    """

    verbs: tuple[str, ...]
    compare: Callable[[Session, Sequence[Told]], Iterator[Problem]]


def entry_contradictions(session: Session, witnesses: Sequence[EntryWitness]) -> Iterator[Problem]:
    """Yield what the rows behind entries say otherwise. Reads in chunks, so that memory stays flat."""
    for witness in witnesses:
        for chunk in _told(session, witness.verbs):
            yield from witness.compare(session, chunk)


def _told(session: Session, verbs: Sequence[str]) -> Iterator[Sequence[Told]]:
    query = (
        select(
            TrailEntry.seq,
            TrailEntry.subject_kind,
            TrailEntry.subject_id,
            TrailEntry.label,
            TrailEntry.after,
        )
        .where(TrailEntry.verb.in_(verbs), TrailEntry.salt.is_not(None))
        .order_by(TrailEntry.seq)
        .limit(CHUNK)
    )
    rows = session.execute(query).all()
    while rows:
        yield [
            Told(row.seq, row.subject_kind, int(row.subject_id), row.label, json.loads(row.after or "{}"))
            for row in rows
            if row.subject_id.isdecimal()
        ]
        rows = session.execute(query.where(TrailEntry.seq > rows[-1].seq)).all()


def contradictions(session: Session, witnesses: Sequence[Witness]) -> Iterator[Problem]:
    """Yield each record whose columns are not what the trail last recorded, with the entry that says so."""
    for witness in witnesses:
        for id_, values in witness.rows(session):
            yield from _compared(session, witness.kind, id_, values)


def _compared(session: Session, kind: str, id_: int | str, values: Mapping[str, object]) -> Iterator[Problem]:
    recorded: dict[str, tuple[object, int]] = {}
    for entry in entries_for(session, kind, id_):
        known = json.loads(entry.after) if entry.after else {}
        recorded |= {column: (value, entry.seq) for column, value in known.items()}
    for column in sorted(recorded.keys() & values.keys()):
        said, seq = recorded[column]
        if canonical_json(values[column]) != canonical_json(said):
            sentence = _(
                "%(kind)s %(id)s was changed past the trail: entry %(seq)s says otherwise about %(column)s.",
                kind=kind,
                id=id_,
                seq=seq,
                column=column,
            )
            yield Problem(f"{kind}/{id_}", "past_the_trail", sentence)


def _installations(session: Session) -> Rows:
    for row in session.scalars(select(Installation)):
        yield row.id, {"purpose": row.purpose, "clock_offset_seconds": row.clock_offset_seconds}


INSTALLATION = Witness("installation", _installations)
