"""Reads the imports there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.imports.models import ImportRun
from app.imports.rules import RunState

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class RunLine:
    """An import as a list shows it."""

    id: int
    title: str
    file_name: str
    lands_as: str
    state: RunState
    row_count: int
    landed_count: int
    recurrent_count: int
    fault: str | None
    created_at: datetime


def runs(session: Session) -> Sequence[RunLine]:
    """Return the latest imports, newest first."""
    found = session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(MOST_LISTED))
    return [_line(run) for run in found]


def _line(run: ImportRun) -> RunLine:
    return RunLine(
        id=run.id,
        title=run.title,
        file_name=run.file_name,
        lands_as=run.lands_as,
        state=RunState(run.state),
        row_count=run.row_count,
        landed_count=run.landed_count,
        recurrent_count=run.recurrent_count,
        fault=run.fault,
        created_at=run.created_at,
    )
