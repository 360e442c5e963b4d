"""Signatures as the trail knows them: changed, removed, copied and forged ones are named.

Each row is vouched for by exactly one entry, which keeps its digest; a row without an entry, or a second row
of one entry, was put there past the trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.trail.models import Signature, TrailEntry
from app.trail.signatures import DECLINED, EVIDENCE, GIVEN, signature_digest
from app.trail.witnesses import CHUNK, EntryWitness, Told

VERBS = (GIVEN, DECLINED)


def _compare(session: Session, entries: Sequence[Told]) -> Iterator[Problem]:
    rows = session.scalars(select(Signature).where(Signature.trail_seq.in_([one.seq for one in entries])))
    found = {row.trail_seq: signature_digest(vars(row)) for row in rows}
    for one in entries:
        if one.seq not in found:
            sentence = _(
                "The signature under %(label)s, entry %(seq)s, is gone: it was deleted past the trail.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"signature/{one.label}", "gone", sentence)
        elif found[one.seq] != one.values.get(EVIDENCE):
            sentence = _(
                "The signature under %(label)s was changed past the trail: entry %(seq)s says otherwise.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"signature/{one.label}", "past_the_trail", sentence)


SIGNATURES = EntryWitness(VERBS, _compare)


def unvouched_signatures(session: Session) -> Iterator[Problem]:
    """Yield the signatures that no entry vouches for. Reads in chunks, so that memory stays flat."""
    query = (
        select(Signature, TrailEntry.verb, TrailEntry.subject_kind, TrailEntry.subject_id)
        .outerjoin(TrailEntry, TrailEntry.seq == Signature.trail_seq)
        .order_by(Signature.trail_seq, Signature.id)
        .limit(CHUNK)
    )
    former = 0
    rows = session.execute(query).all()
    while rows:
        for row, verb, kind, id_ in rows:
            is_vouched = verb in VERBS and (kind, id_) == (row.subject_kind, row.subject_id)
            if not is_vouched or row.trail_seq == former:
                yield _copied(row)
            former = row.trail_seq
        place = tuple_(Signature.trail_seq, Signature.id)
        last = rows[-1][0]
        rows = session.execute(query.where(place > (last.trail_seq, last.id))).all()


def _copied(row: Signature) -> Problem:
    sentence = _(
        "The signature of %(name)s under %(label)s (row %(id)s) was copied or forged: no entry of the trail "
        "vouches for it.",
        name=row.printed_name,
        label=row.subject_label,
        id=row.id,
    )
    return Problem(f"signature/{row.subject_label}", "unvouched", sentence)
