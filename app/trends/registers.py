"""The register of trend alerts: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.dates import written_month
from app.foundation.i18n import gettext as _
from app.records.register import Option, Register, RegisterColumn, RegisterFilter, Section, Stage
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.trends.models import TrendAlert
from app.trends.service import trends_of
from app.web.addresses import address
from app.web.parts import Chip, Fact


def alert_statuses() -> Mapping[str, str]:
    """Return where alerts stand, in the reader's words."""
    return {
        "to_explain": _("To be explained"),
        "explained": _("Explained"),
        "nonconformity_requested": _("A nonconformity"),
        "cancelled": _("Cancelled"),
    }


def verdict_words() -> Mapping[str, str]:
    """Return what people make of alerts, in the reader's words."""
    return {
        "chance": _("Nothing changed: chance"),
        "known": _("The reason is known and dealt with"),
        "wrong": _("Something is wrong"),
    }


def _verdict_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in verdict_words().items()]


def _verdict(row: TrendAlert) -> str:
    return verdict_words().get(row.trend_verdict or "", "")


def _chips(_session: Session, row: TrendAlert) -> Sequence[Chip]:
    return [Chip(_verdict(row), "warn" if row.trend_verdict == "wrong" else "line")] if _verdict(row) else []


def _facts(session: Session, row: TrendAlert) -> Sequence[Fact]:
    """Return what stood out; each figure opens exactly the records it counts."""
    return [Fact(one["name"], _figure(one), url=_door(one)) for one in trends_of(session, row)]


def _figure(one: Mapping[str, Any]) -> str:
    month = written_month(date.fromisoformat(one["month"]))
    return month if one["count"] is None else _("%(count)s in %(month)s", count=one["count"], month=month)


def _door(one: Mapping[str, Any]) -> str:
    return address("trends.counted", series=one["series"], month=one["month"][:7])


def _sections(session: Session, row: TrendAlert) -> Sequence[Section]:
    stood_out = tuple(Fact(one["name"], one["words"], url=_door(one)) for one in trends_of(session, row))
    why = [Section(_("Why"), row.explanation)] if row.explanation else []
    return [Section(_("What stood out"), "" if stood_out else row.observation, stood_out), *why]


TREND_ALERTS = Register(
    kind="trend_alert",
    model=TrendAlert,
    path="/trend-alerts",
    title=lambda: _("Trend alerts"),
    singular=lambda: _("Trend alert"),
    icon="trending-up",
    columns=(
        *usual_columns(lambda status: alert_statuses().get(status, status)),
        RegisterColumn("verdict", lambda: _("It was"), lambda row: _verdict(row.record)),
    ),
    filters=(
        *usual_filters(alert_statuses),
        RegisterFilter(
            "verdict",
            lambda: _("It was"),
            _verdict_options,
            lambda values, _now: TrendAlert.trend_verdict.in_(values),
        ),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=alert_statuses,
    stages=(
        Stage(lambda: _("Stand out"), ("trend_alerted",)),
        Stage(lambda: _("Explain"), ("explain_trend",)),
        Stage(lambda: _("Close"), ("close_alert", "request_nonconformity")),
    ),
    chips=_chips,
    facts=_facts,
    sections=_sections,
)
REGISTERS = (TREND_ALERTS,)
