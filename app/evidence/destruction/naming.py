"""Which files a request names, what was decided about them, and when they forbid to carry it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evidence.destruction.looking import Suspect, Why, suspects
from app.evidence.destruction.models import DataDestruction, DestructionStatus
from app.evidence.destruction.rules import FileVerdict, decided, words_of
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work

MOST_FILES = 200  # rows of the form; more files are named by the next request for the same words
MOST_NAMES = 20


def name_files(store: FileStore) -> None:
    """Name the files of fresh requests. Effects: an act for each; files are read outside of it."""
    fresh = select(DataDestruction.id, DataDestruction.words).where(
        DataDestruction.status == DestructionStatus.ASKED.value, DataDestruction.files.is_(None)
    )
    rows = db.session.execute(fresh).all()
    for row in rows:
        found = suspects(store, words_of(row.words or ""))
        with unit_of_work() as uow:
            asked = uow.session.get_one(DataDestruction, row.id)
            known = verdicts_of(uow.session, asked)
            named = sorted((one for one in found if one.file_id not in known), key=_urgency)
            asked.files = [_row_of(one) for one in named[:MOST_FILES]]


def verdicts_of(session: Session, row: DataDestruction) -> Mapping[int, FileVerdict]:
    """Return what was decided about files for this request, and for full ones before it of the same words.

    Why: one request names so many files; what was approved for the first ones holds for the rest as well.
    """
    words = words_of(row.words or "")
    kept = select(DataDestruction).where(
        DataDestruction.status == DestructionStatus.KEPT.value,
        DataDestruction.id < row.id,
        DataDestruction.files.is_not(None),
    )
    found: dict[int, FileVerdict] = {}
    for one in session.scalars(kept.order_by(DataDestruction.id)):
        if _is_full(one) and words_of(one.words or "") == words:
            found |= decided(one.files or ())
    return found | decided(row.files or ())


def doomed_files(found: Sequence[Suspect], verdicts: Mapping[int, FileVerdict]) -> list[int]:
    """Return the files to destroy: as was decided, and those with the words that came since."""
    chosen = {one for one, verdict in verdicts.items() if verdict is FileVerdict.DESTROY}
    late = {one.file_id for one in found if one.why is Why.HOLDS and one.file_id not in verdicts}
    return sorted((chosen | late) - {one.file_id for one in found if one.is_fixed})


def files_to_keep(
    found: Sequence[Suspect], row: DataDestruction, verdicts: Mapping[int, FileVerdict]
) -> list[str]:
    """Return why files forbid the act: one that must stay was to go, or nobody has looked into one."""
    chosen = {one for one, verdict in verdicts.items() if verdict is FileVerdict.DESTROY}
    fixed = [one.name for one in found if one.is_fixed and one.file_id in chosen]
    told = (
        (fixed, _("Files to destroy are part of a document, which stays: %(names)s.")),
        (_unseen(found, verdicts), _words_of_unseen(row)),
    )
    return [sentence % {"names": _shortened(names)} for names, sentence in told if names]


def _words_of_unseen(row: DataDestruction) -> str:
    if row.files is None:  # weighed before Keel named files
        return _(
            "No files were named when this was weighed; nobody has looked into these: %(names)s. Ask anew."
        )
    if _is_full(row):
        return _(
            "One request names not more than %(most)s files; nobody has looked into these yet: %(names)s. "
            "Ask anew with the same words: the next request names them, and what was decided here counts.",
            most=MOST_FILES,
            names="%(names)s",
        )
    return _("Files came since that nobody has looked into: %(names)s.")


def _shortened(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return _("%(names)s and %(count)s more", names=shown, count=more) if more > 0 else shown


def _is_full(row: DataDestruction) -> bool:
    return len(row.files or ()) >= MOST_FILES


def _urgency(one: Suspect) -> tuple[bool, bool]:
    """Order files: those about which only people know first, then those that must stay."""
    return one.why is not Why.UNREADABLE, not one.is_fixed


def _unseen(found: Sequence[Suspect], verdicts: Mapping[int, FileVerdict]) -> list[str]:
    """Return the files that came since the request was weighed and that no program can read."""
    return [one.name for one in found if one.why is Why.UNREADABLE and one.file_id not in verdicts]


def _row_of(one: Suspect) -> dict[str, Any]:
    reasons = {Why.HOLDS: _("The words stand in it."), Why.UNREADABLE: _("No program can read it: look.")}
    verdict = FileVerdict.DESTROY.value if one.why is Why.HOLDS else ""
    return {
        "reference": str(one.file_id),
        "title": one.name,
        "belongs_to": one.records,
        "why": reasons[one.why],
        "verdict": FileVerdict.KEEP.value if one.is_fixed else verdict,
        "reason": _("It is part of a document, which stays as it was approved.") if one.is_fixed else "",
        "is_fixed": one.is_fixed,
    }
