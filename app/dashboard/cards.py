"""The cards with charts by name, as views list them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.dashboard import heat_card, month_cards, rank_cards
from app.dashboard.desk import ChartCard, Desk

CHARTS: Mapping[str, Callable[[Desk], ChartCard]] = {
    "trend": month_cards.trend,
    "audits": month_cards.audits,
    "exposure": month_cards.exposure,
    "failures": rank_cards.failures,
    "heat": heat_card.heat,
    "ages": rank_cards.ages,
    "sites": rank_cards.sites,
}
BY_MONTH = ("nonconformities", "audits_as_planned", "exposure")
"""The indicators whose kept months charts draw."""
