"""Proof that the trail is whole: reads it from the first entry to the last and names the first bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.foundation.installation import Installation
from app.trail.checkpoints import Checkpoint
from app.trail.models import TrailEntry, TrailHead, link_of
from app.trail.rules import FIRST_PREVIOUS, digest, hash_of, words_text
from app.trail.service import VALUES_DESTROYED

CHUNK = 5_000  # entries in memory at a time
Entry = Row[Any]  # the columns of TrailEntry


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What verification found.

    Shape: `checked` entries were read; `first_bad_seq` and `sentence` tell the first fault, both empty when
        the trail is whole; `destroyed` entries are tombstones of approved destructions.
    """

    checked: int
    destroyed: int = 0
    first_bad_seq: int | None = None
    sentence: str = ""

    @property
    def is_intact(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.sentence


class _Bad(Exception):
    """The first fault; ends the reading."""

    def __init__(self, seq: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.seq = seq
        self.sentence = sentence


@dataclass
class _Walk:
    """Where the reading stands."""

    chain_id: str
    checkpoints: dict[int, Checkpoint]
    seq: int = 0
    hash: str = FIRST_PREVIOUS
    destroyed: int = 0
    unexplained: dict[int, None] = field(default_factory=dict)  # tombstones whose destruction was not met yet
    passed_checkpoint: int = 0


def verify(
    session: Session,
    checkpoint: Checkpoint | Sequence[Checkpoint] | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> VerificationResult:
    """Read the whole trail, recompute every digest and hash, and name the first entry that is wrong.

    Shape: give the checkpoints kept outside the database, one or many: without them a trail rewritten to its
        end, or one put back to an earlier day, cannot be told from a true one.
    Effects: reads in chunks, so that memory stays flat; `on_progress(read, total)` after each.
    """
    given = [checkpoint] if isinstance(checkpoint, Checkpoint) else list(checkpoint or ())
    walk = _Walk(_chain_id(session), {one.seq: one for one in given})
    total = session.scalar(select(func.coalesce(func.max(TrailEntry.seq), 0))) or 0
    try:
        _check_origin(walk, given)
        for chunk in _chunks(session):
            for entry in chunk:
                _check_entry(walk, entry)
            if on_progress:
                on_progress(walk.seq, total)
        _check_end(session, walk, given)
    except _Bad as bad:
        return VerificationResult(walk.seq, walk.destroyed, bad.seq, bad.sentence)
    return VerificationResult(walk.seq, walk.destroyed)


def _chain_id(session: Session) -> str:
    chain_id: str | None = session.scalar(select(Installation.chain_id))
    if chain_id is None:
        raise Broken(_("This database is not initialised. Run: keel init"))
    return chain_id


def _chunks(session: Session) -> Iterator[Sequence[Entry]]:
    # Plain rows: a million of them as objects of the mapper would take four times as long.
    query = select(*TrailEntry.__table__.columns).order_by(TrailEntry.seq).limit(CHUNK)
    chunk = session.execute(query).all()
    while chunk:
        yield chunk
        chunk = session.execute(query.where(TrailEntry.seq > chunk[-1].seq)).all()


def _check_origin(walk: _Walk, checkpoints: Sequence[Checkpoint]) -> None:
    if any(checkpoint.chain_id != walk.chain_id for checkpoint in checkpoints):
        raise _Bad(None, _("The checkpoints are of another database: this one, or its file, was replaced."))


def _check_entry(walk: _Walk, entry: Entry) -> None:
    expected = walk.seq + 1
    if entry.seq != expected:
        raise _Bad(expected, _("Entry %(seq)s is missing.", seq=expected))
    if entry.chain_id != walk.chain_id:
        raise _Bad(entry.seq, _("Entry %(seq)s belongs to another chain.", seq=entry.seq))
    if entry.previous_hash != walk.hash:
        raise _Bad(entry.seq, _("Entry %(seq)s does not follow from the one before it.", seq=entry.seq))
    if hash_of(link_of(entry)) != entry.hash:
        raise _Bad(entry.seq, _("Entry %(seq)s was changed: its hash does not fit.", seq=entry.seq))
    _check_values(walk, entry)
    known = walk.checkpoints.get(entry.seq)
    if known is not None and known.hash != entry.hash:
        raise _rewritten(walk.passed_checkpoint + 1, entry.seq)
    walk.passed_checkpoint = entry.seq if known else walk.passed_checkpoint
    walk.seq, walk.hash = entry.seq, entry.hash


def _check_values(walk: _Walk, entry: Entry) -> None:
    if entry.verb == VALUES_DESTROYED and entry.subject_id.isdecimal():
        walk.unexplained.pop(int(entry.subject_id), None)
    if entry.salt is None:
        _check_tombstone(walk, entry)
        return
    found = (
        digest(entry.salt, "before", entry.before),
        digest(entry.salt, "after", entry.after),
        digest(entry.salt, "words", words_text(entry.label or "", entry.reason)),
    )
    if found != (entry.before_digest, entry.after_digest, entry.words_digest):
        raise _Bad(entry.seq, _("The values of entry %(seq)s were changed.", seq=entry.seq))


def _check_tombstone(walk: _Walk, entry: Entry) -> None:
    if (entry.label, entry.reason, entry.before, entry.after) != (None, None, None, None):
        raise _Bad(entry.seq, _("The values of entry %(seq)s were changed.", seq=entry.seq))
    walk.destroyed += 1
    walk.unexplained[entry.seq] = None


def _rewritten(first: int, last: int) -> _Bad:
    sentence = _(
        "The trail was rewritten: entry %(last)s is not the one of the checkpoint. "
        "The first changed entry lies between %(first)s and %(last)s.",
        first=first,
        last=last,
    )
    return _Bad(last, sentence)


def _check_end(session: Session, walk: _Walk, checkpoints: Sequence[Checkpoint]) -> None:
    if walk.unexplained:
        seq = min(walk.unexplained)
        raise _Bad(seq, _("The values of entry %(seq)s are gone without a recorded destruction.", seq=seq))
    head = session.execute(select(TrailHead.seq, TrailHead.hash)).first()
    if head is None or (head.seq, head.hash) != (walk.seq, walk.hash):
        said = head.seq if head else 0
        sentence = _(
            "The trail ends at entry %(found)s, but its head says %(said)s.", found=walk.seq, said=said
        )
        raise _Bad(min(walk.seq, said) + 1, sentence)
    for checkpoint in checkpoints:
        if checkpoint.seq > walk.seq:
            raise _Bad(walk.seq + 1, _behind(walk.seq, checkpoint.seq))


def _behind(found: int, kept: int) -> str:
    return _(
        "The trail is behind checkpoint: it ends at entry %(found)s, the checkpoint was taken at %(kept)s. "
        "Entries were cut off, or an old copy of the database was put back.",
        found=found,
        kept=kept,
    )
