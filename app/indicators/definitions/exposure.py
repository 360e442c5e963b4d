"""Indicators of risks. Source: lifecycles 5.8 and 5.9."""

from __future__ import annotations

from decimal import Decimal

from app.foundation.i18n import gettext as _
from app.indicators.definitions.model import Indicator
from app.indicators.rules import Direction, Reckoning

RISKS = (
    Indicator(
        "exposure",
        "control",
        lambda: _("Exposure"),
        lambda: _("Sum of the indicated scores of all risks open at the end of the period."),
        "risk.exposure",
        Reckoning.SUM,
        "points",
        Direction.DOWN,
        "6.1.2",
        None,
        "e",
        beside=("exposure_per_risk",),
        is_standing=True,
    ),
    Indicator(
        "exposure_per_risk",
        "control",
        lambda: _("Exposure per risk"),
        lambda: _("Exposure divided by the number of open risks, so that sites can be compared."),
        "risk.exposure",
        Reckoning.MEAN,
        "points",
        Direction.DOWN,
        "6.1.2",
        is_standing=True,
    ),
    Indicator(
        "above_appetite",
        "control",
        lambda: _("Risks above appetite"),
        lambda: _("Open risks whose indicated score is above what the company wants to carry."),
        "risk.above_appetite",
        Reckoning.HITS,
        "records",
        Direction.DOWN,
        "6.1.2",
        Decimal(0),
        "e",
        beside=("excess",),
        is_standing=True,
    ),
    Indicator(
        "excess",
        "control",
        lambda: _("Points above appetite"),
        lambda: _("Sum of the points by which risks are above appetite."),
        "risk.above_appetite",
        Reckoning.SUM,
        "points",
        Direction.DOWN,
        "6.1.2",
        is_standing=True,
    ),
    Indicator(
        "reassessments_on_time",
        "control",
        lambda: _("Reassessments on time"),
        lambda: _("Reassessments answered by their first due day, of all first due in the period."),
        "reassessment.answered_on_time",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "6.1.2",
        Decimal(95),
        "e",
    ),
)
