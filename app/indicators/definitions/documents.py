"""Indicators of documents. Source: lifecycles 5.5 and 5.9."""

from __future__ import annotations

from decimal import Decimal

from app.foundation.i18n import gettext as _
from app.indicators.definitions.model import Indicator
from app.indicators.rules import Direction, Reckoning

DOCUMENTS = (
    Indicator(
        "documents_reviewed_on_time",
        "control",
        lambda: _("Documents reviewed on time"),
        lambda: _("Looks at documents answered by their first due day, of all that their day asked for."),
        "document.reviewed_on_time",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "7.5.2",
        Decimal(95),
        "c3",
        beside=("documents_overdue",),
    ),
    Indicator(
        "documents_overdue",
        "control",
        lambda: _("Documents overdue for review"),
        lambda: _("Documents in force past the day of their next look, of all that are looked at again."),
        "document.review_overdue",
        Reckoning.SHARE,
        "percent",
        Direction.DOWN,
        "7.5.2",
        Decimal(5),
        is_standing=True,
    ),
    Indicator(
        "documents_risk_current",
        "control",
        lambda: _("Documents that reflect their risks"),
        lambda: _(
            "Documents that came into force or were checked after their risks last moved, "
            "of all that control an open risk."
        ),
        "document.risk_current",
        Reckoning.SHARE,
        "percent",
        Direction.UP,
        "6.1.2",
        Decimal(95),
        "e",
        is_standing=True,
    ),
    Indicator(
        "document_change_time",
        "control",
        lambda: _("Days to change a document, mean"),
        lambda: _("Mean days from the request to the end, of the changes ended in the period."),
        "document.change_time",
        Reckoning.MEAN,
        "days",
        Direction.DOWN,
        "7.5.3",
        Decimal(30),
    ),
)
