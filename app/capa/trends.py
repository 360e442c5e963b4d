"""A trend that passed its action limit becomes a nonconformity; the same series joins the open one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.capa.models import Nonconformity
from app.capa.rules import Source
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.trend_alarms import NONCONFORMITY_REQUESTED
from app.quality_events.trends import Series
from app.trail import Subject, record
from app.workflow.lifecycle import MessageRule

SERIES, MONTH = "trend_series", "trend_month"


def is_trend(row: Nonconformity) -> bool:
    """Tell whether figures opened it: what they say needs nobody's confirmation."""
    return row.source == Source.KPI.value and SERIES in row.extra


def counted(row: Nonconformity) -> tuple[Series, date] | None:
    """Return which series counted what in which month, None where no series of the ledger opened it."""
    series = Series.of_key(str(row.extra.get(SERIES, ""))) if is_trend(row) else None
    return (series, date.fromisoformat(str(row.extra[MONTH]))) if series and MONTH in row.extra else None


def find_open_trend(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the open nonconformity of the same series, None when there is none."""
    return uow.session.scalar(
        select(Nonconformity.id)
        .where(
            Nonconformity.requirement_ref == payload["requirement_ref"],
            Nonconformity.source == Source.KPI.value,
            Nonconformity.closed_at.is_(None),
        )
        .order_by(Nonconformity.id)
        .limit(1)
    )


def join_trend(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Add another month to an open trend. Safe to call again for the same month.

    Effects: the description; a trail entry.
    """
    row = uow.session.get_one(Nonconformity, record_id)
    if payload["description"] in row.description:
        return
    row.description = f"{row.description}\n{payload['description']}"
    row.row_version += 1
    record(
        uow,
        verb="nonconformity.trend_goes_on",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"month": payload["trend_month"]},
    )


def facts_of_trend(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of the nonconformity that a trend opens."""
    occurred_at = datetime.fromisoformat(str(payload["occurred_at"]))
    return {**payload, "source": Source.KPI.value, "occurred_at": occurred_at}


TREND_RULE = MessageRule(
    name=NONCONFORMITY_REQUESTED, find_open=find_open_trend, attach=join_trend, start=facts_of_trend
)
