"""Builds the statements that indicators count with, the same way for every kind of record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, and_, case, cast, literal, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.foundation.dated import is_past
from app.records.facts import CANCELLED
from app.records.models import Record
from app.workflow.figures import FigureScope, Rows

Condition = ColumnElement[bool]


def counted(
    model: type[Record],
    scope: FigureScope,
    *conditions: Condition,
    hit: Condition | InstrumentedAttribute[bool] | None = None,
    amount: ColumnElement[Any] | None = None,
    cut: InstrumentedAttribute[int | None] | None = None,
) -> Rows:
    """Return the rows of one kind of record that an indicator counts, as they stood at the end of the period.

    Shape: without `hit` every row is one; imported history and cancelled records never count, because nobody
    worked on them here.
    """
    return select(
        model.id.label("record_id"),
        scope.stood(Record.site_id).label("site_id"),
        (literal(1) if hit is None else case((hit, 1), else_=0)).label("hit"),
        (no_amount() if amount is None else amount).label("amount"),
        (no_cut() if cut is None else scope.stood(cut)).label("cut"),
    ).where(_of_kind(model, scope), *conditions)


def counted_by_spine(
    model: type[Record], scope: FigureScope, *conditions: Condition, hit: Condition | None = None
) -> Rows:
    """Return what `counted` does where the spine alone knows the answer: the kind's own table is not read."""
    return select(
        Record.id.label("record_id"),
        scope.stood(Record.site_id).label("site_id"),
        (literal(1) if hit is None else case((hit, 1), else_=0)).label("hit"),
        no_amount().label("amount"),
        no_cut().label("cut"),
    ).where(_of_kind(model, scope), *conditions)


def _of_kind(model: type[Record], scope: FigureScope) -> Condition:
    return and_(
        Record.kind == model.__mapper__.polymorphic_identity,  # the indexes of the spine begin with it
        scope.here(Record.site_id, Record.process_id),
        Record.is_imported.is_(False),
        _not_cancelled(scope),
    )


def _not_cancelled(scope: FigureScope) -> Condition:
    counts: Condition = Record.status != CANCELLED
    return or_(counts, Record.closed_at >= scope.until) if is_past(scope.until) else counts


def no_amount() -> ColumnElement[float | None]:
    """Return the amount of rows that have none: with its type, which PostgreSQL asks for."""
    return cast(null(), Float)


def no_cut() -> ColumnElement[int | None]:
    """Return the cut of rows that have none: with its type, which PostgreSQL asks for."""
    return cast(null(), Integer)


def open_at_end(scope: FigureScope) -> Condition:
    """Hold for records that were open at the end of the period; what is open now is found by one index."""
    still: Condition = Record.closed_at.is_(None)
    if is_past(scope.until):
        still = or_(still, Record.closed_at >= scope.until)
    return and_(Record.opened_at < scope.until, still)


def late_at_end(scope: FigureScope) -> Condition:
    """Hold for records whose day had passed at the end of the period."""
    due_at = scope.stood(Record.due_at)
    return and_(due_at.is_not(None), due_at < scope.until)


def due_first(scope: FigureScope) -> Condition:
    """Hold for records whose first due day lies in the period, whatever was granted later."""
    return scope.happened(Record.original_due_at)


def due_now(scope: FigureScope) -> Condition:
    """Hold for records whose due day lies in the period, after what was granted until its end."""
    return scope.happened(Record.due_at)


def by_first_day(done: InstrumentedAttribute[Any], scope: FigureScope) -> Condition:
    """Hold for records that were done by their first due day."""
    return scope.stood(done) <= scope.stood(Record.original_due_at)


def by_day_now(done: InstrumentedAttribute[Any], scope: FigureScope) -> Condition:
    """Hold for records that were done by the due day that held at the end of the period."""
    return scope.stood(done) <= scope.stood(Record.due_at)


def was_moved(scope: FigureScope) -> Condition:
    """Hold for records whose day had been moved by the end of the period."""
    first = scope.stood(Record.original_due_at)
    return and_(first.is_not(None), first != scope.stood(Record.due_at))
