"""Since when a risk stands in its band: noted when events move it, and when people assess it anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.quality_events.baselines import append_baseline
from app.quality_events.exposure import indicated
from app.quality_events.models import RiskBandChange
from app.quality_events.rules.bands import Band
from app.workflow import messages

BAND_CHANGED = "risk.band_changed"


@dataclass(frozen=True, slots=True)
class BandChange:
    """The last time a risk moved from one band to another."""

    risk_id: int
    before: str
    after: str
    changed_at: datetime


def note_band_change(uow: UnitOfWork, risk_id: int, before: Band, after: Band, *, source: str) -> None:
    """Keep that a risk moved, and tell who listens.

    Shape: the message names `risk_id`, both bands, and the source as `occasion`.
    Effects: one row and one message `risk.band_changed` for a risk and a source, however often it is called.
    """
    values = {
        "risk_id": risk_id,
        "before": before.value,
        "after": after.value,
        "changed_at": uow.now,
        "source": source,
    }
    uow.session.execute(
        insert_into(uow.session, RiskBandChange)
        .values(values)
        .on_conflict_do_nothing(index_elements=["risk_id", "source"])
    )
    payload = {"risk_id": risk_id, "before": before.value, "after": after.value, "occasion": source}
    messages.send(uow, BAND_CHANGED, f"risk:{risk_id}", source=source, payload=payload)


def assess(uow: UnitOfWork, risk_id: int, *, likelihood: int, severity: int, source: tuple[str, int]) -> None:
    """Keep what people assessed a risk as; when its band moves by that, say so.

    Units: 1 to 5, 5 is worst. Shape: `source` is kind and id of the record in which it was assessed.
    Effects: one baseline; what `note_band_change` does. The first assessment moves nothing.
    """
    before = indicated(uow.session, [risk_id], at=uow.now).get(risk_id)
    append_baseline(uow, risk_id, likelihood=likelihood, severity=severity, source=source)
    uow.session.flush()  # the figures after it are read from the table
    after = indicated(uow.session, [risk_id], at=uow.now)[risk_id]
    if before is not None and before.band is not after.band:
        note_band_change(uow, risk_id, before.band, after.band, source=f"{source[0]}:{source[1]}")


def last_moves(before: datetime | None = None) -> Subquery:
    """Return since when each risk that ever moved stands in its band, as `risk_id` and `moved_at`.

    Shape: with a moment, since when it stood in the band it had just before.
    """
    moves = select(RiskBandChange.risk_id, func.max(RiskBandChange.changed_at).label("moved_at"))
    if before is not None:
        moves = moves.where(RiskBandChange.changed_at < before)
    return moves.group_by(RiskBandChange.risk_id).subquery()


def last_band_changes(session: Session, risk_ids: Collection[int]) -> Mapping[int, BandChange]:
    """Return the last move of each of these risks that ever moved, by risk."""
    last = (
        select(func.max(RiskBandChange.id))
        .where(RiskBandChange.risk_id.in_(risk_ids))
        .group_by(RiskBandChange.risk_id)
    )
    rows = session.scalars(select(RiskBandChange).where(RiskBandChange.id.in_(last)))
    return {row.risk_id: BandChange(row.risk_id, row.before, row.after, row.changed_at) for row in rows}
