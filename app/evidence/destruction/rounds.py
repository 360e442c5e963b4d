"""The rounds in which the files of a request are weighed: a form takes so many rows, each file is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.evidence.destruction.models import DataDestruction, DestructionFile
from app.evidence.destruction.rules import FileVerdict, decided, joined
from app.foundation.i18n import gettext as _

MOST_FILES = 200  # rows of the form


def begin(session: Session, row: DataDestruction) -> None:
    """Lay out the first round, when all files were read or the request was sent back."""
    row.files_from, row.has_more_files = 0, False
    _lay_out(session, row)


def decide(session: Session, row: DataDestruction, answers: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was decided in a round, and lay out the next one where files are left.

    Shape: an answer decides about a file of the round and changes nothing else of it.
    """
    row.files = joined(row.files or (), answers)
    given = {int(one["reference"]): one for one in row.files}
    of_round = DestructionFile.file_id.in_(given)
    for one in session.scalars(select(DestructionFile).where(DestructionFile.request_id == row.id, of_round)):
        one.verdict, one.reason = given[one.file_id]["verdict"], given[one.file_id]["reason"]
    row.has_more_files = row.files_left > 0
    if row.has_more_files:
        row.files_from += MOST_FILES
        session.flush()  # the next round is read from the rows
        _lay_out(session, row)


def show_for_approval(session: Session, row: DataDestruction) -> None:
    """Lay out for the approval, of many files those first that stay and those no program could read."""
    if row.files_from:
        stays = DestructionFile.verdict != FileVerdict.KEEP.value
        session.flush()  # what was decided in the last round
        row.files = _rows(session, row, stays, DestructionFile.urgency, start=0)


def verdicts_of(session: Session, row: DataDestruction) -> Mapping[int, FileVerdict]:
    """Return what was decided about files, by their ids."""
    rows = session.execute(
        select(DestructionFile.file_id, DestructionFile.verdict).where(
            DestructionFile.request_id == row.id, DestructionFile.verdict != ""
        )
    )
    return decided(row.files or ()) | {file_id: FileVerdict(verdict) for file_id, verdict in rows}


def count_of(session: Session, row: DataDestruction) -> int:
    """Return how many files a request names."""
    named = select(func.count()).select_from(DestructionFile)
    return session.scalar(named.where(DestructionFile.request_id == row.id)) or 0


def files_of(session: Session, row: DataDestruction, *, most: int) -> Sequence[Mapping[str, Any]]:
    """Return the files of a request as rows of its form, in the order of weighing, at most so many."""
    found = session.scalars(_ordered(row, DestructionFile.urgency).limit(most)).all()
    return [_row_of(one) for one in found] or list(row.files or ())[:most]


def _lay_out(session: Session, row: DataDestruction) -> None:
    row.files = _rows(session, row, DestructionFile.urgency, start=row.files_from)
    row.files_left = max(count_of(session, row) - row.files_from - MOST_FILES, 0)


def _rows(
    session: Session, row: DataDestruction, *order: ColumnElement[Any] | Any, start: int
) -> list[dict[str, Any]]:
    statement = _ordered(row, *order).offset(start).limit(MOST_FILES)
    return [_row_of(one) for one in session.scalars(statement)]


def _ordered(row: DataDestruction, *order: ColumnElement[Any] | Any) -> Any:
    return (
        select(DestructionFile)
        .where(DestructionFile.request_id == row.id)
        .order_by(*order, DestructionFile.file_id)
    )


def _row_of(one: DestructionFile) -> dict[str, Any]:
    return {
        "reference": str(one.file_id),
        "title": one.title,
        "belongs_to": one.belongs_to,
        "why": _("No program can read it: look.") if one.is_unreadable else _("The words stand in it."),
        "verdict": one.verdict,
        "reason": one.reason,
        "is_fixed": one.is_fixed,
    }
