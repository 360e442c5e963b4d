"""Reports whose words look alike: suggested by a search, and the same thing only when a person says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.capa.ledger import SHARED
from app.capa.models import Nonconformity
from app.capa.stages import NonconformityStatus
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, value_of
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events.rules import WINDOW
from app.quality_events.service import share_key
from app.records.links import LinkKind, link_records

ALIKE_FROM = Setting(
    "capa.alike_from", 70, int, "How alike the words of two reports must be to be shown in triage, 0 to 100"
)
LOOKED_AT, SHOWN = 500, 5
_NO_CASE = (NonconformityStatus.REJECTED.value, NonconformityStatus.DUPLICATE.value)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """An earlier report that looks alike. Units: `likeness` 0 to 100, 100 is the same words."""

    report: Nonconformity
    likeness: int


def look_alikes(session: Session, row: Nonconformity) -> Sequence[LookAlike]:
    """Return recent reports of the same site whose titles look alike, the most alike first, five at most.

    Shape: of the same process, or where either process is not known; restricted ones are left out.
    Source: lifecycles 5.2: near-text suggestion, which a person confirms.
    """
    recent = session.scalars(
        select(Nonconformity)
        .where(
            Nonconformity.site_id == row.site_id,
            *_of_process(row.process_id),
            Nonconformity.id != row.id,
            Nonconformity.opened_at >= row.opened_at - WINDOW,
            Nonconformity.status.not_in(_NO_CASE),
            Nonconformity.restricted_to.is_(None),
        )
        .order_by(Nonconformity.opened_at.desc())
        .limit(LOOKED_AT)
    )
    reports = {one.id: one for one in recent}
    limit = value_of(session, ALIKE_FROM, row.site_id)
    found = _most_alike(row.title, {key: one.title for key, one in reports.items()}, limit)
    return [LookAlike(reports[key], likeness) for key, likeness in found]


def _of_process(process_id: int | None) -> tuple[ColumnElement[bool], ...]:
    column = Nonconformity.process_id
    return () if process_id is None else (or_(column == process_id, column.is_(None)),)


def confirm_likeness(uow: UnitOfWork, row: Nonconformity) -> None:
    """Let a report be the same thing again as the earlier one that a person named.

    Effects: both share a recurrence key in the ledger from here on, and are linked. Safe to call again.
    """
    earlier = uow.session.get(Nonconformity, row.same_as_id) if row.same_as_id else None
    if earlier is None:
        return
    link_records(uow, row.id, earlier.id, LinkKind.REPEATS)
    row.recurrence_key = _key_of(uow, earlier)


def likeness_words(likeness: int) -> str:
    """Return what the list of earlier ones says of a report that only looks alike."""
    return _("looks alike (%(likeness)s %%)", likeness=likeness)


def _key_of(uow: UnitOfWork, earlier: Nonconformity) -> str:
    """Return the key of a report; one without process or failure gets a key of its own.

    Effects: its event in the ledger is corrected when it had no key.
    """
    if earlier.recurrence_key is None:
        earlier.recurrence_key = f"{SHARED}{earlier.kind}:{earlier.id}"
        share_key(uow, earlier.kind, earlier.id, earlier.recurrence_key)
    return earlier.recurrence_key


def _most_alike(text: str, others: dict[int, str], least: int) -> list[tuple[int, int]]:
    rapidfuzz = import_module("rapidfuzz")  # loaded with the first report: it is heavy
    found = rapidfuzz.process.extract(
        text,
        others,
        scorer=rapidfuzz.fuzz.token_sort_ratio,
        processor=rapidfuzz.utils.default_process,
        score_cutoff=least,
        limit=SHOWN,
    )
    return [(key, round(score)) for _words, score, key in found]
