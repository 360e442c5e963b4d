"""From where risks rise: an assessment and other weights begin anew, and what is taken back is told again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.exposure import reckoned
from app.quality_events.held import keep
from app.quality_events.models import ExposureRise, QualityEvent, QualityEventRisk, RiskBaseline
from app.quality_events.rules.exposure import Indicated, Rise, Weights
from app.quality_events.rules.kinds import VERDICTS
from app.quality_events.settings import in_force_since, weights_at
from app.quality_events.standing import Standing, place_of, standing_baselines


def begin(uow: UnitOfWork, risk_ids: Collection[int], weights: Weights | None = None) -> None:
    """Note which risks stand above their assessment from the first moment on.

    Effects: rows for those of them that events raise already.
    """
    weights = weights or weights_at(uow.session, uow.now)
    baselines = standing_baselines(uow.session, risk_ids, uow.now)
    found = reckoned(uow.session, baselines, weights, at=uow.now)
    keep(uow, _risen(baselines, found.values(), {}, (uow.now, None)), weights.version)


def rebuild(uow: UnitOfWork, risk_ids: Collection[int]) -> None:
    """Tell again how high the risks rose since their assessments, from the ledger alone.

    Effects: their rows are made anew. Safe to call again. Two statements for each moment at which something
        was recorded that touches one of them.
    """
    weights = weights_at(uow.session, uow.now)
    since = in_force_since(uow.session, weights.version)
    baselines = standing_baselines(uow.session, risk_ids, uow.now)
    ids = [one.id for one in baselines.values()]
    begun = {row.risk_id: max(row.assessed_at, since) for row in uow.session.execute(_assessed(ids))}
    uow.session.execute(
        delete(ExposureRise).where(ExposureRise.baseline_id.in_(ids), ExposureRise.version == weights.version)
    )
    highest: dict[int, int] = {}
    for moment, event_id in _moments(uow.session, baselines.values(), begun.values()):
        then = {risk_id: one for risk_id, one in baselines.items() if begun[risk_id] <= moment}
        found = reckoned(uow.session, then, weights, at=moment)
        risen = _risen(then, found.values(), highest, (moment, event_id))
        keep(uow, risen, weights.version)
        highest |= {standing.risk_id: rise.score for standing, rise in risen}


def _risen(
    baselines: Mapping[int, Standing],
    found: Iterable[Indicated],
    highest: Mapping[int, int],
    cause: tuple[datetime, int | None],
) -> Sequence[tuple[Standing, Rise]]:
    return [
        (baselines[one.risk_id], Rise(one.likelihood, one.severity, *cause))
        for one in found
        if one.score > max(one.assessed_score, highest.get(one.risk_id, 0))
    ]


def _moments(
    session: Session, baselines: Iterable[Standing], begun: Iterable[datetime]
) -> Sequence[tuple[datetime, int | None]]:
    """Return when something was recorded that may raise one of the risks, in order, with its last row."""
    standings, starts = list(baselines), set(begun)
    if not standings:
        return ()
    linked = exists().where(
        QualityEventRisk.event_id == QualityEvent.id,
        QualityEventRisk.risk_id.in_([one.risk_id for one in standings]),
    )
    near = [
        and_(QualityEvent.site_id == place[0], QualityEvent.process_id == place[1])
        for one in standings
        if (place := place_of(one)) is not None
    ]
    statement = (
        select(QualityEvent.recorded_at, func.max(QualityEvent.id))
        .where(
            QualityEvent.recorded_at > min(starts),
            or_(linked, *near, QualityEvent.kind.in_(VERDICTS)),
        )
        .group_by(QualityEvent.recorded_at)
    )
    recorded = {row[0]: row[1] for row in session.execute(statement)}
    return sorted((moment, recorded.get(moment)) for moment in starts | recorded.keys())


def _assessed(ids: Collection[int]) -> Select[int, datetime]:
    return select(RiskBaseline.risk_id, RiskBaseline.assessed_at).where(RiskBaseline.id.in_(ids))
