"""What indicators count of nonconformities and CAPAs. Source: lifecycles 5.9."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from app.capa.models import Capa, Nonconformity
from app.capa.rules import MAJOR
from app.capa.stages import CapaStatus
from app.foundation.sql_time import days_between
from app.quality_events.models import QualityEvent
from app.quality_events.rules import EventKind
from app.records.measures import (
    by_day_now,
    by_first_day,
    counted,
    counted_by_spine,
    due_first,
    due_now,
    late_at_end,
    open_at_end,
    was_moved,
)
from app.records.models import Record
from app.workflow.figures import FigureScope, Measure, Rows

CONTAINED_WITHIN_DAYS = timedelta(hours=72) / timedelta(days=1)
OLD_DAYS = 90
FIRST_CYCLE = "cycle:1"


def reported(_session: Session, scope: FigureScope) -> Rows:
    """Count nonconformities reported in the period; a hit is a grave one."""
    return counted(
        Nonconformity,
        scope,
        scope.within(Record.opened_at),
        hit=scope.stood(Record.severity) >= MAJOR,
        cut=Nonconformity.failure_mode_id,
    )


def contained_in_time(_session: Session, scope: FigureScope) -> Rows:
    """Count nonconformities contained in the period; a hit was contained within 72 hours."""
    took = days_between(Record.opened_at, scope.stood(Nonconformity.contained_at))
    return counted(
        Nonconformity,
        scope,
        scope.happened(Nonconformity.contained_at),
        hit=took <= CONTAINED_WITHIN_DAYS,
        amount=took,
    )


def recurrent(_session: Session, scope: FigureScope) -> Rows:
    """Count nonconformities reported in the period and confirmed; a hit happened before."""
    return counted(
        Nonconformity,
        scope,
        scope.within(Record.opened_at),
        scope.stood(Nonconformity.triage_verdict) == "confirmed",
        hit=scope.stood(Nonconformity.is_recurrent),
    )


def actions_in_place(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs first due in the period; a hit had its actions in place by that first day."""
    return counted(Capa, scope, due_first(scope), hit=by_first_day(Capa.implemented_at, scope))


def actions_in_place_now(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs due in the period after all extensions; a hit had its actions in place by then."""
    return counted(Capa, scope, due_now(scope), hit=by_day_now(Capa.implemented_at, scope))


def overdue(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs open at the end of the period; a hit was late then."""
    return counted_by_spine(Capa, scope, open_at_end(scope), hit=late_at_end(scope))


def extended(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs open at the end of the period; a hit had its day moved."""
    return counted_by_spine(Capa, scope, open_at_end(scope), hit=was_moved(scope))


def age(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs open at the end of the period; a hit is older than 90 days. Units: the amount is days."""
    days = days_between(Record.opened_at, scope.until)
    return counted(Capa, scope, open_at_end(scope), hit=days > OLD_DAYS, amount=days)


def time_to_close(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs closed in the period. Units: the amount is how many days they took, holds included."""
    return counted(
        Capa,
        scope,
        scope.happened(Record.closed_at),
        amount=days_between(Record.opened_at, Record.closed_at),
    )


def effective_at_once(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs whose first cycle was judged in the period; a hit was effective."""
    return _judged_first(scope)


def recurred(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs closed as effective in the period; a hit came back within a year of its actions."""
    return counted(
        Capa,
        scope,
        scope.happened(Record.closed_at),
        Record.status == CapaStatus.CLOSED_EFFECTIVE.value,
        hit=scope.stood(Capa.is_recurred),
    )


def causes_validated(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs investigated in the period; a hit has a cause that was shown to be one."""
    return counted(Capa, scope, *_investigated(scope), hit=scope.stood(Capa.is_cause_validated))


def human_error(_session: Session, scope: FigureScope) -> Rows:
    """Count CAPAs investigated in the period; a hit names human error and nothing behind it."""
    return counted(Capa, scope, *_investigated(scope), hit=scope.stood(Capa.is_human_error_only))


MEASURES: Mapping[str, Measure] = {
    "nonconformity.reported": reported,
    "nonconformity.contained_in_time": contained_in_time,
    "nonconformity.recurrent": recurrent,
    "capa.actions_in_place": actions_in_place,
    "capa.actions_in_place_now": actions_in_place_now,
    "capa.overdue": overdue,
    "capa.extended": extended,
    "capa.age": age,
    "capa.time_to_close": time_to_close,
    "capa.effective_at_once": effective_at_once,
    "capa.recurred": recurred,
    "capa.causes_validated": causes_validated,
    "capa.human_error": human_error,
}
WORDS: Mapping[str, str] = {
    "nonconformity.reported": "Nonconformities reported, and whether they are grave",
    "nonconformity.contained_in_time": "Nonconformities contained, and whether within 72 hours",
    "nonconformity.recurrent": "Nonconformities confirmed, and whether they happened before",
    "capa.actions_in_place": "CAPAs first due, and whether their actions were in place by that day",
    "capa.actions_in_place_now": "CAPAs due after extensions, and whether their actions were there by then",
    "capa.overdue": "Open CAPAs, and whether they are late",
    "capa.extended": "Open CAPAs, and whether their day was moved",
    "capa.age": "Open CAPAs, with their age in days",
    "capa.time_to_close": "CAPAs closed, with the days they took",
    "capa.effective_at_once": "CAPAs judged in their first cycle, and whether they were effective",
    "capa.recurred": "CAPAs closed as effective, and whether it came back within a year",
    "capa.causes_validated": "CAPAs investigated, and whether their cause was shown to be one",
    "capa.human_error": "CAPAs investigated, and whether they name human error and nothing behind it",
}


def _investigated(scope: FigureScope) -> tuple[ColumnElement[bool], ...]:
    return (scope.happened(Capa.cause_examined_at),)


def _judged_first(scope: FigureScope) -> Rows:
    words = (EventKind.CAPA_EFFECTIVE.value, EventKind.CAPA_INEFFECTIVE.value)
    judged = select(QualityEvent.subject_id).where(
        QualityEvent.subject_kind == "capa",
        QualityEvent.occasion == FIRST_CYCLE,
        QualityEvent.occasion != literal_column("''"),  # says that the index of occasions will do
        scope.within(QualityEvent.occurred_at),
    )
    was_effective = Capa.id.in_(judged.where(QualityEvent.kind == words[0]))
    return counted(Capa, scope, Capa.id.in_(judged.where(QualityEvent.kind.in_(words))), hit=was_effective)
