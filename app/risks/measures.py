"""What indicators count of risks and reassessments. Source: lifecycles 5.8 and 5.9."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, Float, case, literal, select
from sqlalchemy.orm import Session

from app.foundation.dated import is_past
from app.records.measures import by_first_day, counted, counted_by_spine, due_first, open_at_end
from app.records.models import Record
from app.risks.models import Reassessment, Risk, RiskKind
from app.risks.standing import RiskThen, Standing, standings, standings_then
from app.workflow.figures import FigureScope, Measure, Rows, once


def answered_on_time(_session: Session, scope: FigureScope) -> Rows:
    """Count reassessments first due in the period; a hit was answered by that day."""
    return counted_by_spine(Reassessment, scope, due_first(scope), hit=by_first_day(Record.closed_at, scope))


def exposure(session: Session, scope: FigureScope) -> Rows:
    """Count risks open at the end of the period. Units: the amount is the indicated score, 1 to 25."""
    return _weighed(session, scope, lambda one: one.indicated.score if one.indicated else 0)


def above_appetite(session: Session, scope: FigureScope) -> Rows:
    """Count risks open at the end; a hit is above its appetite. Units: the amount is by how much."""
    return _weighed(
        session,
        scope,
        lambda one: max(one.indicated.score - one.appetite, 0) if one.indicated else 0,
    )


MEASURES: Mapping[str, Measure] = {
    "reassessment.answered_on_time": answered_on_time,
    "risk.exposure": exposure,
    "risk.above_appetite": above_appetite,
}
WORDS: Mapping[str, str] = {
    "reassessment.answered_on_time": "Reassessments first due, and whether they were answered by that day",
    "risk.exposure": "Open risks, with the score that events indicate",
    "risk.above_appetite": "Open risks, and by how much they are above the appetite",
}


def _weighed(session: Session, scope: FigureScope, weigh: Callable[[Standing], int]) -> Rows:
    """Return the open risks with a figure that no column holds; only those that have one are named."""

    def look() -> Mapping[int, Standing]:
        return _standing_at_end(session, scope)

    where = _weighable(scope)
    found = {key: weigh(one) for key, one in once(session, ("standings", scope), look).items()}
    named = {key: float(amount) for key, amount in found.items() if amount}
    amount = case(named, value=Risk.id, else_=0.0) if named else literal(0.0, Float)
    return counted(Risk, scope, *where, hit=Risk.id.in_(named), amount=amount)


def _standing_at_end(session: Session, scope: FigureScope) -> Mapping[int, Standing]:
    here = scope.here(Record.site_id, Record.process_id)
    category, site_id = scope.stood(Risk.category), scope.stood(Record.site_id)
    rows = session.execute(
        select(Risk, category.label("category"), site_id.label("site_id"))
        .where(here, *_weighable(scope))
        .order_by(Risk.id)
    ).all()
    if is_past(scope.until):
        return standings_then(session, [RiskThen(*row) for row in rows], scope.until)
    return standings(session, [row[0] for row in rows], scope.until, with_trend=False)


def _weighable(scope: FigureScope) -> tuple[ColumnElement[bool], ...]:
    return (
        open_at_end(scope),
        scope.stood(Risk.risk_kind) == RiskKind.RISK.value,
        scope.stood(Risk.score).is_not(None),
    )
