"""How high events raised each risk since its assessment: a rise shows at once, a fall waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, insert, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.models import ExposureRise
from app.quality_events.rules.exposure import Rise
from app.quality_events.standing import MANY, Standing

_RISE = ExposureRise.__table__.c


def held_at(
    session: Session, baselines: Collection[Standing], version: int, at: datetime
) -> Mapping[int, Rise]:
    """Return the highest by a moment, by risk; risks that nothing raised above their assessment are left out.

    Shape: `version` is that of the weights in force at the moment; one statement.
    """
    ids = {one.id for one in baselines}
    given: dict[str, object] = {"at": at, "version": version}
    statement = _of_all()
    if len(ids) < MANY:
        statement = _of_baselines()
        given["baseline_ids"] = sorted(ids)
    return {
        row.risk_id: Rise(row.likelihood, row.severity, row.risen_at, row.event_id)
        for row in session.execute(statement, given)
        if row.baseline_id in ids
    }


# Each event asks these, so they are put together once: that takes longer than to ask.
@cache
def _of_all() -> Select[int, int, int, int, datetime, int | None]:
    return _columns().where(_RISE.id.in_(_last()))


@cache
def _of_baselines() -> Select[int, int, int, int, datetime, int | None]:
    chosen = _RISE.baseline_id.in_(bindparam("baseline_ids", expanding=True))
    return _columns().where(_RISE.id.in_(_last().where(chosen)))


def _last() -> Select[int]:
    return (
        select(func.max(_RISE.id))
        .where(
            _RISE.version == bindparam("version"),
            _RISE.risen_at <= bindparam("at", type_=_RISE.risen_at.type),
        )
        .group_by(_RISE.baseline_id)
    )


def _columns() -> Select[int, int, int, int, datetime, int | None]:
    return select(
        _RISE.risk_id, _RISE.baseline_id, _RISE.likelihood, _RISE.severity, _RISE.risen_at, _RISE.event_id
    )


def keep(uow: UnitOfWork, rises: Sequence[tuple[Standing, Rise]], version: int) -> None:
    """Keep that risks rose higher than ever since their assessments. Effects: one row each."""
    rows = [
        {
            "risk_id": standing.risk_id,
            "baseline_id": standing.id,
            "version": version,
            "event_id": rise.event_id,
            "risen_at": rise.risen_at,
            "likelihood": rise.likelihood,
            "severity": rise.severity,
        }
        for standing, rise in rises
    ]
    if rows:
        uow.session.execute(insert(ExposureRise), rows)
