"""All that is compared with the trail: what rows say otherwise than the entries that speak of them.

The command asks for every contradiction; the daily check needs the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.management_review.pack import PACKS
from app.records.witnesses import COMMENTS, RECORDS
from app.trail.signature_witnesses import SIGNATURES, unvouched_signatures
from app.trail.witnesses import (
    INSTALLATION,
    EntryWitness,
    Witness,
    contradictions,
    entry_contradictions,
)
from app.workflow.witnesses import SUBMISSIONS

WITNESSES: tuple[Witness, ...] = (INSTALLATION,)
ENTRY_WITNESSES: tuple[EntryWitness, ...] = (PACKS, RECORDS, COMMENTS, SUBMISSIONS, SIGNATURES)


def contradicted(session: Session) -> Iterator[Problem]:
    """Yield records, answers, packs and signatures that were changed, removed or forged past the trail."""
    yield from contradictions(session, WITNESSES)
    yield from entry_contradictions(session, ENTRY_WITNESSES)
    yield from unvouched_signatures(session)
