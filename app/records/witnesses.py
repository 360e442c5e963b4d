"""Records as the trail knows them: the number and kind under which a deed was done to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.trail.witnesses import EntryWitness, Told

VERBS = ("instance.started", "task.completed")


def _compare(session: Session, entries: Sequence[Told]) -> Iterator[Problem]:
    told = {one.subject_id: one for one in entries}
    rows = session.execute(select(Record.id, Record.kind, Record.number).where(Record.id.in_(told)))
    found = {row.id: (row.kind, row.number) for row in rows}
    for record_id, one in told.items():
        if record_id not in found:
            sentence = _(
                "The record %(label)s, entry %(seq)s, is gone: it was deleted past the trail.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"{one.kind}/{record_id}", "gone", sentence)
        elif found[record_id] != (one.kind, one.label):
            sentence = _(
                "The record %(id)s is %(kind)s %(number)s, but entry %(seq)s calls it %(told)s %(label)s: "
                "it was changed past the trail.",
                id=record_id,
                kind=found[record_id][0],
                number=found[record_id][1],
                seq=one.seq,
                told=one.kind,
                label=one.label,
            )
            yield Problem(f"{one.kind}/{record_id}", "past_the_trail", sentence)


RECORDS = EntryWitness(VERBS, _compare)
