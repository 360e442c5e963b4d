"""What every card with a chart is made from, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.dates import by_pattern
from app.indicators.frame import shown_months
from app.indicators.months import KeptMonth
from app.indicators.periods import Asked
from app.indicators.service import WHOLE, Part
from app.web.addresses import address
from app.web.charts import Chart
from app.web.parts import Column, Heat
from app.web.reader import Reader


@dataclass(frozen=True, slots=True)
class ChartCard:
    """One card with a chart, or with a heat table in its place.

    Shape: `rows` are the table twin; `computed` leads to how it is computed; a wide one takes the line.
    """

    key: str
    title: str
    figure: str
    unit: str
    url: str
    change: str
    verdict: str
    chart: Chart | None
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    computed: str
    heat: Heat | None = None

    @property
    def is_wide(self) -> bool:
        """Tell whether it needs the whole line."""
        return self.heat is not None


@dataclass(frozen=True, slots=True)
class Desk:
    """What every card is made from. Shape: `months` are the kept ones, read once for the page."""

    session: Session
    actor: Actor
    reader: Reader
    asked: Asked
    months: Mapping[str, Mapping[date, KeptMonth]] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)

    def url(
        self,
        key: str,
        *,
        part: Part = WHOLE,
        site_id: int | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> str:
        """Return the door to the rows of an indicator: of a part of it, of a site, of other days."""
        asked = replace(
            self.asked,
            part=part,
            site_id=site_id or self.asked.site_id,
            first=first or self.asked.first,
            last=last or self.asked.last,
        )
        query = "&".join(f"{name}={value}" for name, value in asked.arguments().items())
        return f"{self._path(key)}?{query}"

    def _path(self, key: str) -> str:
        """Return the path to an indicator; a page has a hundred doors to a few of them."""
        if key not in self._paths:
            self._paths[key] = address("indicators.page", indicator_key=key)
        return self._paths[key]

    def month(self, month: date, pattern: str = "MMM") -> str:
        """Return a month in the reader's words."""
        return by_pattern(month, pattern, self.reader.babel_locale)

    def kept(self, key: str) -> Sequence[KeptMonth]:
        """Return the kept months of an indicator, of the last twelve, the oldest first."""
        found = self.months.get(key, {})
        return [found[month] for month in shown_months(self.asked.last) if month in found]
