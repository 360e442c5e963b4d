"""Indicators whose source Keel does not keep yet: they say so instead of showing nothing."""

from __future__ import annotations

from decimal import Decimal

from app.foundation.i18n import gettext as _
from app.indicators.definitions.model import Indicator
from app.indicators.rules import Direction, Reckoning


def _no_complaints() -> str:
    return _("Complaints are not kept in Keel yet.")


def _no_suppliers() -> str:
    return _("Suppliers are not kept in Keel yet.")


def _no_objectives() -> str:
    return _("Quality objectives are not kept in Keel yet.")


def _no_equipment() -> str:
    return _("Measuring equipment is not kept in Keel yet.")


def _no_satisfaction() -> str:
    return _("Customer satisfaction is not kept in Keel yet.")


ABSENT = (
    Indicator(
        "customer_satisfaction",
        "partners",
        lambda: _("Customer satisfaction"),
        lambda: _("Mean score of the period."),
        "",
        Reckoning.MEAN,
        "points",
        Direction.UP,
        "9.1.2",
        None,
        "c1",
        absent=_no_satisfaction,
    ),
    Indicator(
        "complaints_answered",
        "partners",
        lambda: _("Complaints answered within 24 hours"),
        lambda: _("Complaints acknowledged within 24 hours, of all received in the period."),
        "",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "8.2.1",
        Decimal(90),
        "c1",
        absent=_no_complaints,
    ),
    Indicator(
        "objectives_met",
        "assure",
        lambda: _("Quality objectives on track"),
        lambda: _("Objectives on track, of all that hold in the period."),
        "",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "6.2.1",
        Decimal(90),
        "c2",
        absent=_no_objectives,
    ),
    Indicator(
        "supplier_delivery",
        "partners",
        lambda: _("Suppliers on time"),
        lambda: _("Lines delivered on time, of all lines due in the period."),
        "",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "8.4.1",
        None,
        "c7",
        absent=_no_suppliers,
    ),
    Indicator(
        "calibration_on_time",
        "control",
        lambda: _("Calibrations on time"),
        lambda: _("Equipment calibrated by its day, of all due in the period."),
        "",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "7.1.5.2",
        Decimal(98),
        "c5",
        absent=_no_equipment,
    ),
)
