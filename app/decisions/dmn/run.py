"""One evaluation of a model: its meter, what has been decided so far, and which rules matched."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.decisions.feel.expression_run import ExpressionRun


@dataclass(frozen=True, slots=True)
class Match:
    """The rules of one table that matched, in the order of the table."""

    table: str
    rules: tuple[str, ...]


@dataclass(slots=True)
class ModelRun:
    """Travels through boxed expressions; `matches` grows with every table that is evaluated."""

    expressions: ExpressionRun
    matches: list[Match] = field(default_factory=list)
