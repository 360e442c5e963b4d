"""Compares records with what the trail last said about them: a record changed past the trail is found here.

The trail below knows no record; each domain that wants its records watched gives a `Witness`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation
from app.trail.rules import canonical_json
from app.trail.service import entries_for

Rows = Iterable[tuple[int | str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Witness:
    """A kind of subject and a function that reads its records.

    Shape: `rows` yields (id, values by column); a column is compared when the trail has recorded it, in the
        same form as `record` was given it.
    """

    kind: str
    rows: Callable[[Session], Rows]


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
