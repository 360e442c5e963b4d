"""Lands checked rows of a library: documents with the revision that is in force, as facts somebody told.

Written in a few statements for a whole portion: five thousand documents are one evening, not a night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update

from app.documents.models import (
    ChangeClass,
    ContentKind,
    Document,
    DocumentRevision,
    DocumentStatus,
    RevisionStatus,
)
from app.documents.numbers import NUMBER, keep_number
from app.documents.rules import months_between_reviews, review_due_on
from app.documents.settings import review_months_at
from app.foundation.errors import Conflict
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.imports.models import ImportRow, ImportRun
from app.imports.rules import midday
from app.records.models import Record
from app.trail import Subject, record

KIND = "document"
VERSION = 1
_OWN = ("area", "language", "audience", "clauses", "review_months", "retention_years")
_EXTERNAL = ("issuer", "issuer_reference", "issuer_edition")
_ADD_RECORDS = insert(Record).returning(Record.id, sort_by_parameter_order=True)
_ADD_DOCUMENTS = insert(cast("Table", Document.__table__))
_ADD_REVISIONS = insert(cast("Table", DocumentRevision.__table__))
_ROWS = cast("Table", ImportRow.__table__)
_MARK_LANDED = (
    update(_ROWS)
    .where(_ROWS.c.run_id == bindparam("run"), _ROWS.c.number == bindparam("row"))
    .values(record_id=bindparam("record"), landed_version=VERSION)
)


class NumberTaken(Conflict):
    """Somebody gave a document's number to another record after the rows were checked."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    row: int
    answers: Mapping[str, Any]

    @property
    def since(self) -> date:
        return date.fromisoformat(self.answers["effective_from"])

    @property
    def is_obsolete(self) -> bool:
        return self.answers.get("status") == RevisionStatus.OBSOLETE.value

    @property
    def label(self) -> str:
        return f"{self.answers['major']}.{self.answers['minor']}"


def land_documents(
    uow: UnitOfWork, run: ImportRun, rows: Sequence[ImportRow], answers: Sequence[Any]
) -> None:
    """Make the documents of a portion. `answers` hold real ids, in the order of the rows.

    Errors: NumberTaken; nothing of the portion has landed then.
    Effects: for each row a record, a document, a historical revision and a trail entry that names the run;
        number series go on behind the numbers that came.
    """
    arrivals = [_Arrival(row.number, found) for row, found in zip(rows, answers, strict=True)]
    _refuse_taken(uow, arrivals)
    ids = uow.session.scalars(_ADD_RECORDS, [_record(uow, one) for one in arrivals]).all()
    pairs = list(zip(ids, arrivals, strict=True))
    usual = _usual_months(uow, arrivals)
    uow.session.execute(_ADD_DOCUMENTS, [_document(record_id, one, usual) for record_id, one in pairs])
    uow.session.execute(_ADD_REVISIONS, [_revision(record_id, one) for record_id, one in pairs])
    landed = [{"run": run.id, "row": one.row, "record": record_id} for record_id, one in pairs]
    uow.session.connection().execute(_MARK_LANDED, landed)
    for number in _last_of_series(arrivals):
        keep_number(uow, number)
    for record_id, one in pairs:
        _tell(uow, run.id, record_id, one)


def _refuse_taken(uow: UnitOfWork, arrivals: Sequence[_Arrival]) -> None:
    numbers = [one.answers["number"] for one in arrivals]
    query = Record.__table__.select().with_only_columns(Record.number).where(Record.number.in_(numbers))
    taken = uow.session.scalars(query).first()
    if taken is not None:
        raise NumberTaken(_("There is a record %(number)s already.", number=taken))


def _record(uow: UnitOfWork, one: _Arrival) -> dict[str, Any]:
    answers, opened_at = one.answers, midday(one.since)
    return {
        "kind": KIND,
        "number": answers["number"],
        "title": answers["title"],
        "site_id": _id(answers.get("site")),
        "process_id": _id(answers.get("process")),
        "owner_id": answers.get("owner"),
        "opened_by_id": uow.actor_id,
        "status": (DocumentStatus.OBSOLETE if one.is_obsolete else DocumentStatus.EFFECTIVE).value,
        "extra": {},
        "opened_at": opened_at,
        "closed_at": opened_at if one.is_obsolete else None,
        "is_imported": True,
        "is_for_all_sites": answers.get("site") is None,
        "search_text": answers.get("change_summary", ""),
        "row_version": VERSION,
    }


def _document(record_id: int, one: _Arrival, months: Mapping[int | None, int | None]) -> dict[str, Any]:
    answers = one.answers
    usual: dict[str, Any] = {
        "area": "",
        "language": "en",
        "audience": [],
        "clauses": [],
        "review_months": None,
    }
    return {
        "id": record_id,
        "document_type": answers["type"],
        **{key: answers.get(key, usual.get(key, 10)) for key in _OWN},
        **{key: answers.get(key) for key in _EXTERNAL},
        "revision_label": one.label,
        "effective_from": one.since,
        "review_due_on": _review_due(one, months[_id(answers.get("site"))]),
        "obsolete_at": midday(one.since) if one.is_obsolete else None,
    }


def _revision(record_id: int, one: _Arrival) -> dict[str, Any]:
    answers, since = one.answers, midday(one.since)
    status = RevisionStatus.OBSOLETE if one.is_obsolete else RevisionStatus.EFFECTIVE
    return {
        "document_id": record_id,
        "major": answers["major"],
        "minor": answers["minor"],
        "change_class": ChangeClass.MAJOR.value,
        "status": status.value,
        "title": answers["title"],
        "content_kind": ContentKind.FILE.value,
        "content": "",
        "file_id": answers["file_id"],
        "content_sha256": answers["sha256"],
        "change_summary": answers.get("change_summary", ""),
        "created_at": since,
        "approved_at": _approved_at(one),
        "approval": _approval(one),
        "effective_from": one.since,
        "effective_at": since,
        "ended_at": since if one.is_obsolete else None,
        "is_historical": True,
    }


def _approval(one: _Arrival) -> list[dict[str, Any]]:
    """Return what was told about who approved; it names no person of the house and signs nothing."""
    at = _approved_at(one)
    said = {"person_id": None, "meaning": "approval", "at": at.isoformat() if at else None}
    return [{**said, "name": name, "on_behalf_of": None} for name in one.answers.get("approved_by", ())]


def _approved_at(one: _Arrival) -> datetime | None:
    day = one.answers.get("approved_on")
    return midday(date.fromisoformat(day)) if day else None


def _review_due(one: _Arrival, usual: int | None) -> date | None:
    """Return the day of the next look; `usual` are the months of a document that says none itself."""
    if one.is_obsolete:
        return None
    own = one.answers.get("review_months")
    return review_due_on(one.since, usual if own is None else own or None)


def _usual_months(uow: UnitOfWork, arrivals: Sequence[_Arrival]) -> Mapping[int | None, int | None]:
    """Return the months between looks at each site, of a document that controls no risk yet."""
    sites = {_id(one.answers.get("site")) for one in arrivals}
    return {site: months_between_reviews(None, (), review_months_at(uow.session, site)) for site in sites}


def _last_of_series(arrivals: Sequence[_Arrival]) -> list[str]:
    """Return the highest number of each series among those that came."""
    last: dict[str, tuple[int, str]] = {}
    for one in arrivals:
        found = NUMBER.fullmatch(one.answers["number"])
        if found is not None:
            mark = (int(found["count"]), one.answers["number"])
            last[found["series"]] = max(last.get(found["series"], mark), mark)
    return [number for _count, number in last.values()]


def _tell(uow: UnitOfWork, run_id: int, record_id: int, one: _Arrival) -> None:
    record(
        uow,
        verb="document.imported",
        subject=Subject(KIND, record_id, one.answers["number"]),
        after={
            "import": run_id,
            "row": one.row,
            "revision": one.label,
            "sha256": one.answers["sha256"],
            "told_approvers": list(one.answers.get("approved_by", ())),
            "told_approved_on": one.answers.get("approved_on"),
        },
    )


def _id(value: Any) -> int | None:
    return int(value["id"]) if isinstance(value, Mapping) else None
