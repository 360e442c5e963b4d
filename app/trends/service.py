"""How alerts come about: the ledger asks about a place, and another month joins the open question.

Nobody is asked twice about the same month of a series, whatever else stands out beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess
from app.quality_events.trend_alarms import TREND_ALERTED, heading_of, question_about
from app.quality_events.trends import Series
from app.records.facts import RecordPorts
from app.trail import Subject, record
from app.trends.models import AlertStatus, TrendAlert
from app.workflow.lifecycle import MessageRule

Pair = tuple[str, str]
"""The key of a series, and the first day of a month as it is written."""


class AlertPorts(RecordPorts):
    """Ports of alerts: the owner of the process explains, where the series is about one."""

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open an alert. Errors: FactsInvalid."""
        record_id = super().open_record(uow, facts)
        row = uow.session.get_one(TrendAlert, record_id)
        process = uow.session.get(BusinessProcess, row.process_id) if row.process_id else None
        row.owner_id = process.owner_id if process else None
        return record_id


ALERT = AlertPorts(TrendAlert, "TRD", AlertStatus.TO_EXPLAIN.value)


def find_open(uow: UnitOfWork, _key: str, payload: Mapping[str, Any]) -> int | None:
    """Return the alert that a request joins, None where one is to be opened.

    It is that about the same site which nobody has explained yet. Where all was asked about before, it is the
    alert that asked, be it closed: it takes nothing in, and none opens.
    """
    open_id = uow.session.scalar(
        select(TrendAlert.id)
        .where(
            TrendAlert.site_id.is_not_distinct_from(payload.get("site_id")), TrendAlert.closed_at.is_(None)
        )
        .order_by(TrendAlert.id)
        .limit(1)
    )
    if open_id is not None or _fresh(uow, payload):
        return open_id
    return _asked(uow, payload)[_pair(payload["trends"][0])]


def join(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Add what else stands out to an open alert. Safe to call again for the same.

    The alert stays about the series, process and month it was opened for: a nonconformity opens with those.
    Effects: the observation and `trends`; a trail entry.
    """
    row = uow.session.get_one(TrendAlert, record_id)
    fresh = _fresh(uow, payload)
    if not fresh:
        return
    row.request = {**row.request, "trends": [*trends_of(uow.session, row), *fresh]}  # reads the observation
    row.observation = "\n".join([row.observation, *(f"{one['name']}: {one['words']}" for one in fresh)])
    row.row_version += 1
    record(
        uow,
        verb="trend_alert.goes_on",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"month": payload["trend_month"]},
    )


def trends_of(session: Session, row: TrendAlert) -> list[dict[str, Any]]:
    """Return what stood out, oldest month first.

    Shape: series, month, count, name, words of each; `count` is None where a request has no `trends`, as it
    was then asked about one series, and the words hold the figure.
    """
    if "trends" in row.request:
        return list(row.request["trends"])
    return [_only_trend(session, row)] if "trend_series" in row.request else []


def _only_trend(session: Session, row: TrendAlert) -> dict[str, Any]:
    key = row.request["trend_series"]
    series = Series.of_key(key)
    return {
        "series": key,
        "month": row.request["trend_month"],
        "count": None,
        "name": heading_of(session, series) if series else key,
        "words": " ".join(row.observation.splitlines()) or row.request["description"],
    }


def _fresh(uow: UnitOfWork, payload: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return of what stands out that which no alert has asked about, in the order of the request."""
    asked = _asked(uow, payload)
    return [one for one in payload["trends"] if _pair(one) not in asked]


def _asked(uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[Pair, int]:
    """Return which alert asks or asked about each month of a series, for the months of a request.

    What was closed before a month began cannot have asked about it, and is not read.
    """
    first = min(date.fromisoformat(one["month"]) for one in payload["trends"])
    began_at = datetime.combine(first, time(), UTC)
    rows = uow.session.scalars(
        select(TrendAlert)
        .where(or_(TrendAlert.closed_at.is_(None), TrendAlert.closed_at >= began_at))
        .order_by(TrendAlert.id)
    )
    return {_pair(one): row.id for row in rows for one in trends_of(uow.session, row)}


def _pair(one: Mapping[str, Any]) -> Pair:
    return one["series"], one["month"]


def facts_of(uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of the alert that a month asks for: what was asked about before is left out."""
    about = question_about(payload["site_id"], _fresh(uow, payload))
    place = {name: about[name] for name in ("site_id", "process_id") if about[name] is not None}
    return {
        "title": about["title"],
        "series": about["trend_series"],
        "observation": about["description"],
        "request": about,
        **place,
    }


RULE = MessageRule(TREND_ALERTED, find_open, join, facts_of)
