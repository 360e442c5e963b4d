"""Plain values of the page of uploaded libraries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.imports.models import ImportRun
from app.imports.rules import RunState
from app.imports.uploads import LibraryUpload, UploadState, uploads
from app.web.parts import Chip


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload as the page draws it.

    Shape: `number` is that of the upload; `done` of `total` is its progress, `total` 0 before rows are
    known; `fault` says why landing stopped, and then `run_id` is the import that may go on.
    """

    number: int
    name: str
    who: str
    asked_at: datetime
    chip: Chip
    words: str
    done: int
    total: int
    fault: str
    run_id: int
    problems: Sequence[Mapping[str, str]]
    more: str
    is_busy: bool


def upload_views(session: Session) -> tuple[UploadView, ...]:
    """Return the uploads, newest first."""
    rows = uploads(session)
    names = names_of(session, sorted({row.actor_id for row in rows if row.actor_id}))
    ids = [row.run_id for row in rows if row.run_id]
    runs = {run.id: run for run in session.scalars(select(ImportRun).where(ImportRun.id.in_(ids)))}
    return tuple(_view(row, runs.get(row.run_id or 0), names.get(row.actor_id or 0, "Keel")) for row in rows)


def _view(row: LibraryUpload, run: ImportRun | None, who: str) -> UploadView:
    hidden = row.problem_count - len(row.problems)
    chip, words = _standing(row, run)
    return UploadView(
        number=row.id,
        name=row.name,
        who=who,
        asked_at=row.asked_at,
        chip=chip,
        words=words,
        done=run.landed_count if run else 0,
        total=run.row_count if run else 0,
        fault=(run.fault or "") if run else "",
        run_id=run.id if run else 0,
        problems=row.problems,
        more=ngettext("and %(num)s more", "and %(num)s more", hidden) if hidden > 0 else "",
        is_busy=_is_busy(row, run),
    )


def _is_busy(row: LibraryUpload, run: ImportRun | None) -> bool:
    """Tell whether it goes on by itself, so that the page looks again."""
    if run is None:
        return row.state == UploadState.WAITING.value
    return run.state == RunState.STAGED.value and not run.fault


def _standing(row: LibraryUpload, run: ImportRun | None) -> tuple[Chip, str]:
    if row.state == UploadState.WAITING.value:
        return Chip(_("Is looked at"), "accent", icon="hourglass"), _("Rows and files are checked first.")
    if row.state == UploadState.REFUSED.value:
        told = ngettext(
            "%(num)s problem. Nothing has landed.", "%(num)s problems. Nothing has landed.", row.problem_count
        )
        return Chip(_("Refused"), "bad", icon="alert-triangle"), told
    if run is None:
        told = ngettext(
            "%(num)s document would land. Nothing was written.",
            "%(num)s documents would land. Nothing was written.",
            row.row_count,
        )
        return Chip(_("Good"), "ok", icon="check"), told
    return _landing(run)


def _landing(run: ImportRun) -> tuple[Chip, str]:
    told = _("%(done)s of %(total)s documents have landed.", done=run.landed_count, total=run.row_count)
    if run.fault:
        return Chip(_("Stopped"), "bad", icon="alert-triangle"), told
    if run.state == RunState.LANDED.value:
        return Chip(_("Landed"), "ok", icon="check"), told
    if run.state in {RunState.UNDOING.value, RunState.UNDONE.value}:
        return Chip(_("Taken back"), "line"), told
    return Chip(_("Lands"), "accent", icon="hourglass"), told
