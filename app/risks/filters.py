"""The filters of the register of risks. Every cell of the map is a combination of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.actor import Actor
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, ProductFamily
from app.quality_events.suppliers import known_suppliers, risks_of_suppliers
from app.records.models import Record
from app.records.register import Option, RegisterFilter
from app.risks.models import AcceptanceStatus, Risk
from app.risks.rules import HIGH_FROM, MEDIUM_FROM, UNACCEPTABLE_FROM, Band
from app.risks.standing import Standing, is_higher, is_waiting, where_standing
from app.risks.words import acceptance_statuses, band_words, category_words, kind_words

BOUNDS = {
    Band.LOW: (1, MEDIUM_FROM - 1),
    Band.MEDIUM: (MEDIUM_FROM, HIGH_FROM - 1),
    Band.HIGH: (HIGH_FROM, UNACCEPTABLE_FROM - 1),
    Band.UNACCEPTABLE: (UNACCEPTABLE_FROM, 25),
}
NONE = "none"
ENDS_SOON = timedelta(days=30)
LEVELS = range(1, 6)
Values = Sequence[str]


def cell_value(likelihood: int, severity: int) -> str:
    """Return how an address names a cell of the matrix."""
    return f"{likelihood}-{severity}"


def is_about_to_end(risk: Risk, today: date) -> bool:
    """Tell whether the acceptance of a risk ends within thirty days."""
    is_accepted = risk.acceptance_status == AcceptanceStatus.ACCEPTED.value
    return is_accepted and risk.accepted_until is not None and risk.accepted_until <= today + ENDS_SOON


def _in_bands(values: Values, _now: datetime) -> ColumnElement[bool]:
    bounds = [BOUNDS[Band(value)] for value in values if value in set(Band)]
    return or_(*(Risk.score.between(least, most) for least, most in bounds))


def _in_cells(values: Values, _now: datetime) -> ColumnElement[bool]:
    cells = [
        and_(
            Risk.residual["likelihood"].as_integer() == int(value[0]),
            Risk.residual["severity"].as_integer() == int(value[2]),
        )
        for value in values
        if value in _cells()
    ]
    return or_(*cells) if cells else Risk.id.is_(None)


def _indicated_in(values: Values, now: datetime) -> ColumnElement[bool]:
    def holds(one: Standing) -> bool:
        found = one.indicated
        return found is not None and cell_value(found.likelihood, found.severity) in values

    return where_standing(db.session(), now, holds)


def _above(_values: Values, now: datetime) -> ColumnElement[bool]:
    return where_standing(db.session(), now, lambda one: one.is_above)


def _moved(values: Values, now: datetime) -> ColumnElement[bool]:
    def holds(one: Standing) -> bool:
        return ("up" in values and one.moved > 0) or ("down" in values and one.moved < 0)

    return where_standing(db.session(), now, holds, with_moves=True)


def _stands(values: Values, now: datetime) -> ColumnElement[bool]:
    def holds(one: Standing) -> bool:
        return ("higher" in values and is_higher(one)) or ("waits" in values and is_waiting(one))

    return where_standing(db.session(), now, holds)


def _ends_soon(_values: Values, now: datetime) -> ColumnElement[bool]:
    return and_(
        Risk.acceptance_status == AcceptanceStatus.ACCEPTED.value,
        Risk.accepted_until <= now.date() + ENDS_SOON,
    )


def _of_suppliers(values: Values, _now: datetime) -> ColumnElement[bool]:
    numbers = [int(value) for value in values if value.isdecimal() and len(value) < 10]
    chosen = Risk.id.in_(risks_of_suppliers(numbers))
    return or_(chosen, Risk.id.not_in(risks_of_suppliers())) if NONE in values else chosen


def _suppliers(session: Session, _actor: Actor) -> Sequence[Option]:
    names = sorted(known_suppliers(session).items(), key=lambda one: one[1])
    return [*(Option(str(key), name) for key, name in names), Option(NONE, _("none"))]


def _review_over(_values: Values, now: datetime) -> ColumnElement[bool]:
    return and_(Record.closed_at.is_(None), Risk.next_review_on < now.date())


def _numbers(
    column: InstrumentedAttribute[Any],
) -> Callable[[Values, datetime], ColumnElement[bool]]:
    def condition(values: Values, _now: datetime) -> ColumnElement[bool]:
        numbers = [int(value) for value in values if value.isdecimal() and len(value) < 10]
        chosen = column.expression.in_(numbers)
        return or_(chosen, column.is_(None)) if NONE in values else chosen

    return condition


def _words(words: Callable[[], Mapping[Any, str]]) -> Callable[[Session, Actor], Sequence[Option]]:
    def options(_session: Session, _actor: Actor) -> Sequence[Option]:
        return [Option(str(key), word) for key, word in words().items()]

    return options


def _named(
    model: type[BusinessProcess | ProductFamily],
) -> Callable[[Session, Actor], Sequence[Option]]:
    def options(session: Session, _actor: Actor) -> Sequence[Option]:
        rows = session.execute(select(model.id, model.name).order_by(model.name))
        return [*(Option(str(row.id), row.name) for row in rows), Option(NONE, _("none"))]

    return options


def _cells() -> Mapping[str, str]:
    return {
        cell_value(likelihood, severity): _(
            "likelihood %(likelihood)s, severity %(severity)s", likelihood=likelihood, severity=severity
        )
        for likelihood in LEVELS
        for severity in LEVELS
    }


RISK_FILTERS = (
    RegisterFilter(
        "risk_kind",
        lambda: _("It is a"),
        _words(kind_words),
        lambda values, _now: Risk.risk_kind.in_(values),
    ),
    RegisterFilter("band", lambda: _("Band is"), _words(band_words), _in_bands),
    RegisterFilter(
        "category",
        lambda: _("It is about"),
        _words(category_words),
        lambda values, _now: Risk.category.in_(values),
    ),
    RegisterFilter("process", lambda: _("Process is"), _named(BusinessProcess), _numbers(Record.process_id)),
    RegisterFilter(
        "family", lambda: _("Product family is"), _named(ProductFamily), _numbers(Risk.product_family_id)
    ),
    RegisterFilter("supplier", lambda: _("Supplier is"), _suppliers, _of_suppliers),
    RegisterFilter("assessed", lambda: _("Assessed as"), _words(_cells), _in_cells),
    RegisterFilter("indicated", lambda: _("Indicated as"), _words(_cells), _indicated_in),
    RegisterFilter("appetite", lambda: _("Appetite is"), _words(lambda: {"above": _("exceeded")}), _above),
    RegisterFilter(
        "stands",
        lambda: _("Events indicate"),
        _words(
            lambda: {
                "higher": _("more than assessed"),
                "waits": _("less by now, until somebody assesses again"),
            }
        ),
        _stands,
    ),
    RegisterFilter(
        "moved",
        lambda: _("Within 90 days it went"),
        _words(lambda: {"up": _("up"), "down": _("down")}),
        _moved,
    ),
    RegisterFilter(
        "acceptance",
        lambda: _("Acceptance is"),
        _words(acceptance_statuses),
        lambda values, _now: Risk.acceptance_status.in_(values),
    ),
    RegisterFilter(
        "ends", lambda: _("Acceptance ends"), _words(lambda: {"soon": _("within 30 days")}), _ends_soon
    ),
    RegisterFilter("review", lambda: _("Review is"), _words(lambda: {"overdue": _("overdue")}), _review_over),
)
