"""Earlier cases that a record names: rows kept with it when they are found, and facts on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.web.parts import Fact


def earlier_row(record: Record, occurred_on: date, outcome: str) -> dict[str, Any]:
    """Return an earlier case as a row people can read; what a restricted one is called stays in it."""
    return {
        "number": record.number,
        "title": _withheld() if record.restricted_to else record.title,
        "occurred": occurred_on.isoformat(),
        "outcome": outcome,
    }


def earlier_facts(session: Session, rows: Sequence[Any]) -> tuple[Fact, ...]:
    """Return the rows as facts of a page, by one statement; one restricted since then keeps its title too."""
    facts = [Fact(str(one["number"]), str(one["title"]), note=str(one["occurred"])) for one in rows]
    numbers = [fact.name for fact in facts]
    statement = select(Record.number).where(Record.number.in_(numbers), Record.restricted_to.is_not(None))
    closed = set(session.scalars(statement))
    return tuple(replace(fact, value=_withheld()) if fact.name in closed else fact for fact in facts)


def _withheld() -> str:
    return _("A restricted record")
