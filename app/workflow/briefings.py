"""What one domain tells another's people before they look at a process: the briefing.

An auditor's checklist, and later the pack of a management review, ask every lifecycle through the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session


class Topic(StrEnum):
    """Why a record is worth a look. The value is a stored word."""

    OPEN_CAPA = "open_capa"
    EFFECTIVENESS_DUE = "effectiveness_due"
    TOP_RISK = "top_risk"
    EARLIER_FINDING = "earlier_finding"
    OVERDUE_ACTION = "overdue_action"


@dataclass(frozen=True, slots=True)
class BriefingItem:
    """One record that somebody who looks at a process should know about.

    Shape: `sentence` says what it is, `question` what to ask on the spot; `requirement` is the clause it
    belongs to, such as "10.2.1 d". Units: `weight` orders the items of a topic, the heaviest first.
    """

    topic: Topic
    record_kind: str
    record_id: int
    number: str
    title: str
    sentence: str
    question: str
    requirement: str
    weight: float = 0.0


BriefingProvider = Callable[[Session, int | None, int, datetime], Sequence[BriefingItem]]
"""Given site (None: all), process and moment, what this domain has to say about that process there."""


def in_order(items: Sequence[BriefingItem]) -> tuple[BriefingItem, ...]:
    """Return the items by topic, in the order of `Topic`, and the heaviest first within one."""
    order = {topic: place for place, topic in enumerate(Topic)}
    return tuple(sorted(items, key=lambda item: (order[item.topic], -item.weight, item.record_id)))
