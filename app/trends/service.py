"""How alerts come about: the ledger asks about a place, and another month joins the open question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import BusinessProcess
from app.quality_events.trend_alarms import TREND_ALERTED, heading_of
from app.quality_events.trends import Series
from app.records.facts import RecordPorts
from app.trail import Subject, record
from app.trends.models import AlertStatus, TrendAlert
from app.workflow.lifecycle import MessageRule


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
    """Return the alert about the same site that nobody has explained yet, None when there is none."""
    return uow.session.scalar(
        select(TrendAlert.id)
        .where(
            TrendAlert.site_id.is_not_distinct_from(payload.get("site_id")), TrendAlert.closed_at.is_(None)
        )
        .order_by(TrendAlert.id)
        .limit(1)
    )


def join(uow: UnitOfWork, record_id: int, payload: Mapping[str, Any]) -> None:
    """Add what else stands out to an open alert. Safe to call again for the same.

    The alert stays about the series, process and month it was opened for: a nonconformity opens with those.
    Effects: the observation and `trends`; a trail entry.
    """
    row = uow.session.get_one(TrendAlert, record_id)
    known = trends_of(uow.session, row)
    fresh = [one for one in payload["trends"] if (one["series"], one["month"]) not in _keys(known)]
    if not fresh:
        return
    row.observation = "\n".join([row.observation, *(f"{one['name']}: {one['words']}" for one in fresh)])
    row.request = {**row.request, "trends": [*known, *fresh]}
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


def _keys(trends: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["series"], one["month"]) for one in trends}


def facts_of(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of the alert that a month asks for."""
    place = {name: payload[name] for name in ("site_id", "process_id") if payload.get(name) is not None}
    return {
        "title": payload["title"],
        "series": payload["trend_series"],
        "observation": payload["description"],
        "request": dict(payload),
        **place,
    }


RULE = MessageRule(TREND_ALERTED, find_open, join, facts_of)
