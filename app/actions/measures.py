"""What indicators count of actions. Source: lifecycles 5.9."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.actions.models import Action
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


def done_on_time(_session: Session, scope: FigureScope) -> Rows:
    """Count actions first due in the period; a hit was verified by that first day."""
    return counted_by_spine(Action, scope, due_first(scope), hit=by_first_day(Record.closed_at, scope))


def done_on_time_now(_session: Session, scope: FigureScope) -> Rows:
    """Count actions due in the period after all extensions; a hit was verified by then."""
    return counted_by_spine(Action, scope, due_now(scope), hit=by_day_now(Record.closed_at, scope))


def overdue(_session: Session, scope: FigureScope) -> Rows:
    """Count actions open at the end of the period; a hit was late then."""
    return counted_by_spine(Action, scope, open_at_end(scope), hit=late_at_end(scope))


def extended(_session: Session, scope: FigureScope) -> Rows:
    """Count actions open at the end of the period; a hit had its day moved."""
    return counted_by_spine(Action, scope, open_at_end(scope), hit=was_moved(scope))


def of_reviews(_session: Session, scope: FigureScope) -> Rows:
    """Count actions of management reviews open at the end of the period; a hit was late then."""
    decided = Action.source_kind == "management_review"
    return counted(Action, scope, open_at_end(scope), decided, hit=late_at_end(scope))


MEASURES: Mapping[str, Measure] = {
    "action.done_on_time": done_on_time,
    "action.done_on_time_now": done_on_time_now,
    "action.overdue": overdue,
    "action.extended": extended,
    "action.of_reviews": of_reviews,
}
WORDS: Mapping[str, str] = {
    "action.done_on_time": "Actions first due, and whether they were verified by that day",
    "action.done_on_time_now": "Actions due after all extensions, and whether they were verified by then",
    "action.overdue": "Open actions, and whether they are late",
    "action.extended": "Open actions, and whether their day was moved",
    "action.of_reviews": "Open actions of management reviews, and whether they are late",
}
