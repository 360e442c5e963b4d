"""The score that risks showed at a moment, from their assessments and what raised them: no event is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.quality_events.held import held_at
from app.quality_events.settings import weights_at
from app.quality_events.standing import standing_baselines


@dataclass(frozen=True, slots=True)
class Shown:
    """What a risk showed. Units: scores from 1 to 25."""

    assessed: int
    indicated: int


def shown_at(session: Session, risk_ids: Collection[int], *, at: datetime) -> Mapping[int, Shown]:
    """Return what the risks showed at a moment, by id; those not assessed by then are left out.

    Shape: three statements however many risks. Between two rises events only fade, and a fall waits for a
        person, so what an assessment and the last rise since then say is what was shown.
    Source: lifecycles 5.1.
    """
    baselines = standing_baselines(session, risk_ids, at)
    held = held_at(session, baselines.values(), weights_at(session, at).version, at)
    found = {}
    for risk_id, one in baselines.items():
        assessed = one.likelihood * one.severity
        rise = held.get(risk_id)
        found[risk_id] = Shown(assessed, max(assessed, rise.score if rise else 0))
    return found
