"""What the engine room asks of a domain besides its records: proofs of skills, and names for forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.workflow.forms.model import Choice

CompetenceCheck = Callable[
    [Session, str, int | None, Callable[[], int | None], int, date], tuple[str, bool] | None
]
"""Given role, site, process (asked only when it matters), person and day: what the person cannot prove, in a
sentence, and whether that keeps them from the task; None when nothing is lacking."""

Nameables = Callable[[Session], Sequence[Choice]]
"""What forms may name of a domain besides records, by name: the value is the id, the label the words."""
