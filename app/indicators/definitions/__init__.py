"""The one list of indicators: each says what it counts, how, against which target, and for which clause.

The page "How this is computed" is made from these lines, so it cannot differ from what is reckoned.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.indicators.definitions.absent import ABSENT
from app.indicators.definitions.assurance import ACTIONS, AUDITS, REVIEWS
from app.indicators.definitions.corrective import CAPAS, NONCONFORMITIES
from app.indicators.definitions.documents import DOCUMENTS
from app.indicators.definitions.exposure import RISKS
from app.indicators.definitions.model import Indicator
from app.indicators.definitions.people import PEOPLE

__all__ = ["BY_KEY", "INDICATORS", "Indicator"]

INDICATORS: tuple[Indicator, ...] = (
    *CAPAS,
    *NONCONFORMITIES,
    *ACTIONS,
    *AUDITS,
    *REVIEWS,
    *RISKS,
    *DOCUMENTS,
    *PEOPLE,
    *ABSENT,
)
BY_KEY: Mapping[str, Indicator] = {one.key: one for one in INDICATORS}
