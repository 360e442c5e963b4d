"""What an indicator is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from app.indicators.rules import Direction, Reckoning


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Shape: `measure` names what a domain counts, empty where Keel has no source yet, which `absent` explains;
    `beside` are indicators that must be shown with it, so that it cannot flatter. Units: `unit` is percent,
    days, points or records.
    """

    key: str
    area: str
    title: Callable[[], str]
    formula: Callable[[], str]
    measure: str
    reckoning: Reckoning
    unit: str
    direction: Direction
    clause: str
    target: Decimal | None = None
    review_input: str = ""
    beside: tuple[str, ...] = ()
    absent: Callable[[], str] | None = None
    is_standing: bool = False
