"""The data pack: figures of every input, computed once, kept with the digest by which a change shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.management_review.models import ManagementReview
from app.management_review.rules import INPUTS
from app.trail.rules import canonical_json
from app.trail.witnesses import EntryWitness, Told

FROZEN = "management_review.pack_frozen"
DIGEST = "pack_sha256"


@dataclass(frozen=True, slots=True)
class PackFigure:
    """One figure of an input. Shape: texts as people read them; `records` are what it counts, by id."""

    key: str
    title: str
    value: str
    previous: str
    trend: str
    rag: str
    target: str
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PackSentence:
    """A sentence made by a rule from figures. Shape: `records` are what it rests on, by id."""

    text: str
    source: str
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PackInput:
    """One input. Shape: `reason` says why there are no data, empty where there are."""

    reference: str
    title: str
    figures: tuple[PackFigure, ...] = ()
    sentences: tuple[PackSentence, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PackScope:
    """What a pack looks at: [since, until), and the same span before it to compare with."""

    since: datetime
    until: datetime
    before_since: datetime


PackSource = Callable[[Session, PackScope], Sequence[PackInput]]


@dataclass
class PackSources:
    """Where the inputs come from: what stands above the domains gives them; wired once."""

    _sources: list[PackSource] = field(default_factory=list)

    def use(self, *sources: PackSource) -> None:
        """Know exactly these sources from here on."""
        self._sources = list(sources)

    def inputs(self, session: Session, scope: PackScope) -> Sequence[PackInput]:
        """Return every input in its order; one that nobody gives says that Keel has no source for it."""
        found: dict[str, list[PackInput]] = {}
        for source in self._sources:
            for one in source(session, scope):
                found.setdefault(one.reference, []).append(one)
        return [_together(reference, found.get(reference, [])) for reference in INPUTS]


sources = PackSources()


def frozen(inputs: Sequence[PackInput], scope: PackScope, at: datetime) -> dict[str, Any]:
    """Return the pack as plain values, in the one form that its digest covers."""
    return {
        "since": scope.since.isoformat(),
        "until": scope.until.isoformat(),
        "frozen_at": at.isoformat(),
        "inputs": [_plain(one) for one in inputs],
    }


def digest_of(pack: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a pack in its canonical form."""
    return hashlib.sha256(canonical_json(pack).encode()).hexdigest()


def is_whole(review: ManagementReview) -> bool:
    """Tell whether the pack is what was frozen."""
    return review.pack is not None and digest_of(review.pack) == review.pack_sha256


def _plain(one: PackInput) -> dict[str, Any]:
    values = asdict(one)
    for name in ("figures", "sentences"):
        values[name] = [{**each, "records": list(each["records"])} for each in values[name]]
    return values


def _together(reference: str, parts: Sequence[PackInput]) -> PackInput:
    if not parts:
        return PackInput(reference, reference, reason=_("Keel has no source for this input yet."))
    figures = tuple(one for part in parts for one in part.figures)
    sentences = tuple(one for part in parts for one in part.sentences)
    reason = "" if figures or sentences else " ".join(part.reason for part in parts if part.reason)
    return PackInput(reference, parts[0].title, figures, sentences, reason)


def _compare(session: Session, entries: Sequence[Told]) -> Iterator[Problem]:
    latest = {one.subject_id: one for one in entries}  # entries come in order: a later one stands
    rows = session.scalars(select(ManagementReview).where(ManagementReview.id.in_(latest)))
    known = {row.id: row for row in rows}
    for record_id, one in latest.items():
        row = known.get(record_id)
        if row is None or row.pack is None or digest_of(row.pack) != one.values.get(DIGEST):
            sentence = _(
                "The data pack of %(label)s was changed past the trail: entry %(seq)s says otherwise.",
                label=one.label,
                seq=one.seq,
            )
            yield Problem(f"management_review/{one.label}", "past_the_trail", sentence)


PACKS = EntryWitness((FROZEN,), _compare)
