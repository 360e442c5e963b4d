"""Indicators of reading, learning and competence. Source: lifecycles 5.9."""

from __future__ import annotations

from decimal import Decimal

from app.foundation.i18n import gettext as _
from app.indicators.definitions.model import Indicator
from app.indicators.rules import Direction, Reckoning

PEOPLE = (
    Indicator(
        "acknowledged_on_time",
        "people",
        lambda: _("Documents acknowledged on time"),
        lambda: _("Acknowledgements given by their day, of all due in the period."),
        "acknowledgement.on_time",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "7.3",
        Decimal(95),
        "d",
    ),
    Indicator(
        "trainings_on_time",
        "people",
        lambda: _("Trainings passed on time"),
        lambda: _("Trainings passed by their first day, of all first due in the period."),
        "training.on_time",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "7.2",
        Decimal(95),
        "d",
        beside=("trainings_repeated",),
    ),
    Indicator(
        "trainings_repeated",
        "people",
        lambda: _("Trainings with more than one attempt"),
        lambda: _("Trainings that took more than one attempt, of all first due in the period."),
        "training.repeated",
        Reckoning.SHARE,
        "percent",
        Direction.DOWN,
        "7.2",
    ),
    Indicator(
        "trainings_effective",
        "people",
        lambda: _("Trainings effective at work"),
        lambda: _("Trainings that the manager judged effective, of all judged in the period."),
        "training.effective",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "7.2",
        Decimal(90),
        "d",
    ),
    Indicator(
        "proofs_lapsed",
        "people",
        lambda: _("Proofs of skills that ended"),
        lambda: _("Proofs that ended in the period while a role of their holder asks for them."),
        "lapsed_skill.ended",
        Reckoning.COUNT,
        "records",
        Direction.DOWN,
        "7.2",
        None,
        "d",
    ),
)
