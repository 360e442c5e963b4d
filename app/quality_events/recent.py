"""What happened lately to some risks, by kind: linked to them, or at their site and process."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.quality_events.models import QualityEvent, QualityEventRisk
from app.quality_events.rows import stands
from app.quality_events.rules.exposure import day_of
from app.quality_events.standing import place_of, standing_baselines


def recent_kinds(
    session: Session, risk_ids: Collection[int], *, at: datetime, within: timedelta
) -> Mapping[int, Counter[str]]:
    """Return what assessed risks felt within a time, counted by kind, by risk; each event counts once.

    Shape: three statements however many risks.
    """
    baselines = standing_baselines(session, risk_ids, at)
    places = {risk_id: place for risk_id, one in baselines.items() if (place := place_of(one)) is not None}
    happened = (stands(at), QualityEvent.anchor_day >= day_of(at) - within.days)
    felt: dict[int, dict[int, str]] = defaultdict(dict)
    linked = (
        select(QualityEventRisk.risk_id, QualityEvent.id, QualityEvent.kind)
        .join(QualityEvent, QualityEvent.id == QualityEventRisk.event_id)
        .where(QualityEventRisk.risk_id.in_(baselines.keys()), *happened)
    )
    for risk_id, event_id, kind in session.execute(linked):
        felt[risk_id][event_id] = kind
    near = select(QualityEvent.id, QualityEvent.kind, QualityEvent.site_id, QualityEvent.process_id).where(
        tuple_(QualityEvent.site_id, QualityEvent.process_id).in_(set(places.values())), *happened
    )
    for event_id, kind, *there in session.execute(near):
        for risk_id in (one for one, place in places.items() if place == tuple(there)):
            felt[risk_id][event_id] = kind
    return {risk_id: Counter(kinds.values()) for risk_id, kinds in felt.items()}
