"""What indicators count of the context."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.process_map.models import ContextReview
from app.records.measures import counted
from app.records.models import Record
from app.workflow.figures import FigureScope, Measure, Rows


def reviewed(_session: Session, scope: FigureScope) -> Rows:
    """Count reviews of context and interested parties signed off in the period."""
    return counted(ContextReview, scope, scope.happened(Record.closed_at))


MEASURES: Mapping[str, Measure] = {"context.reviewed": reviewed}
WORDS: Mapping[str, str] = {
    "context.reviewed": "Reviews of the context signed off",
}
