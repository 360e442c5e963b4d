"""Which files a request names, and when what was decided about them forbids to carry it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.evidence.destruction.looking import Portion, Suspect, Why, portions
from app.evidence.destruction.models import DataDestruction, DestructionFile, DestructionStatus
from app.evidence.destruction.rounds import begin
from app.evidence.destruction.rules import FileVerdict, words_of
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work

MOST_NAMES = 20


def name_files(store: FileStore) -> None:
    """Read the files for fresh requests and name those to decide about, on from where it stopped.

    Effects: an act for each portion, which says how far it is; files are read outside of it.
    """
    fresh = select(DataDestruction.id, DataDestruction.words, DataDestruction.last_read_id).where(
        DataDestruction.status == DestructionStatus.ASKED.value, DataDestruction.files.is_(None)
    )
    for row in db.session.execute(fresh).all():
        for portion in portions(store, words_of(row.words or ""), after=row.last_read_id):
            with unit_of_work() as uow:
                _keep_portion(uow, uow.session.get_one(DataDestruction, row.id), portion)
        with unit_of_work() as uow:
            begin(uow.session, uow.session.get_one(DataDestruction, row.id))


def _keep_portion(uow: UnitOfWork, row: DataDestruction, portion: Portion) -> None:
    uow.session.add_all(_named(row.id, one) for one in portion.suspects)
    row.files_read += portion.read
    row.files_total = row.files_read + portion.left
    row.last_read_id = portion.last_id


def _named(request_id: int, one: Suspect) -> DestructionFile:
    verdict = FileVerdict.KEEP if one.is_fixed else FileVerdict.DESTROY if one.why is Why.HOLDS else None
    return DestructionFile(
        request_id=request_id,
        file_id=one.file_id,
        urgency=2 * (one.why is not Why.UNREADABLE) + (not one.is_fixed),
        title=one.name[:300],
        belongs_to=one.records[:300],
        is_unreadable=one.why is Why.UNREADABLE,
        is_fixed=one.is_fixed,
        verdict=verdict.value if verdict else "",
        reason=_("It is part of a document, which stays as it was approved.") if one.is_fixed else "",
    )


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
    return _("Files came since that nobody has looked into: %(names)s.")


def _shortened(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return _("%(names)s and %(count)s more", names=shown, count=more) if more > 0 else shown


def _unseen(found: Sequence[Suspect], verdicts: Mapping[int, FileVerdict]) -> list[str]:
    """Return the files that came since the request was weighed and that no program can read."""
    return [one.name for one in found if one.why is Why.UNREADABLE and one.file_id not in verdicts]
