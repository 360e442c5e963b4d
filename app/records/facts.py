"""The generic writer of facts: how the engine room reads, opens and changes the record of any domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.numbering import next_number
from app.foundation.unit_of_work import UnitOfWork
from app.records.columns import ColumnType, WritableColumn, writable_columns
from app.records.models import TITLE_LENGTH, Record
from app.records.signables import signable_of
from app.workflow.lifecycle import RecordView
from app.workflow.signables import Signable

BORN = "records.born"
SEARCH_LENGTH = 20_000
CANCELLED = "cancelled"
FIRST_STATUS = "open"
_LOCKED = "keel.locked_record"
_SITE_OF = select(Person.site_id).where(Person.id == bindparam("person_id"))  # built once
# Foreign keys whose digits would only be noise in a text search.
_IDENTIFIERS = frozenset({ColumnType.PERSON, ColumnType.REFERENCE})


class RecordMissing(NotFound):
    """There is no such record of this kind."""


class FactsInvalid(Invalid):
    """Answers do not fit the columns they are written to."""


@dataclass(frozen=True, slots=True)
class Birth:
    """How a record comes into the world when it is not simply opened at this moment.

    Shape: `number` is one it has already, such as a document's in an older library; empty takes the next.
    """

    opened_at: datetime | None = None
    closed_at: datetime | None = None
    status: str = FIRST_STATUS
    is_imported: bool = False
    year: int | None = None
    number: str = ""


@dataclass(frozen=True)
class RecordPorts:
    """The ports of a domain whose records are rows of `model`, numbered `<prefix>-<year>-<count>`.

    Shape: `first_status` is the domain's status of a record that was just opened.
    """

    model: type[Record]
    prefix: str
    first_status: str = FIRST_STATUS

    @cached_property
    def kind(self) -> str:
        """Return the kind of the records."""
        return str(inspect(self.model).polymorphic_identity)

    @cached_property
    def writable(self) -> Mapping[str, WritableColumn]:
        """Return the columns a form may write, by name."""
        return writable_columns(self.model)

    def columns(self) -> Mapping[str, str]:
        """Return the columns a form may write: name to type name (text, choice, number, date, person …)."""
        return {name: column.type.value for name, column in self.writable.items()}

    @cached_property
    def _lock(self) -> Select[Record]:
        """Return the statement of every act, built once: building it costs more than sending it."""
        return select(self.model).where(self.model.id == bindparam("record_id")).with_for_update()

    @cached_property
    def _empty(self) -> tuple[str, ...]:
        """Name the columns that may stay empty; said so, they need not be read back after the insert."""
        given = {"opened_by_id", "closed_at"}
        columns = {one.key: one.columns[0] for one in inspect(self.model).column_attrs}
        return tuple(
            name
            for name, column in columns.items()
            if column.nullable
            and column.default is None
            and column.server_default is None
            and name not in given
        )

    def read_record(self, session: Session, record_id: int, *, is_locking: bool = False) -> RecordView:
        """Return the record; with `is_locking` its row stays locked to the end of the act.

        Errors: RecordMissing.
        """
        return view_of(self.get(session, record_id, is_locking=is_locking))

    def get(self, session: Session, record_id: int, *, is_locking: bool = False) -> Record:
        """Return the record's row, from the session's memory unless it is to be locked.

        Errors: RecordMissing.
        """
        if is_locking:
            row = session.scalars(self._lock, {"record_id": record_id}).one_or_none()
            session.info[_LOCKED, record_id] = row  # keeps it in the session's memory to the end of the act
        else:
            row = session.get(self.model, record_id)
        if row is None:
            raise RecordMissing(_("There is no such record."))
        return row

    def signable(self, session: Session, record_id: int) -> Signable:
        """Return the record as a signature sees it, read afresh from the database.

        Shape: a domain whose records stand for more than their columns adds it in `signed_besides`.
        Errors: RecordMissing.
        """
        row = self.get(session, record_id)
        session.refresh(row)  # what the act assigned may come back from the database in another form
        return signable_of(session, row, self.version_of(row), self.signed_besides(session, row))

    def version_of(self, row: Record) -> str:
        """Return what people call this version of the record; a domain with revisions names the revision."""
        return str(row.row_version)

    def signed_besides(self, session: Session, row: Record) -> Mapping[str, object]:  # noqa: ARG002
        """Return what a signature covers besides columns, answers and files, such as a revision's text."""
        return {}

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers: columns by name and typed, everything else to `extra`. Safe to call again.

        Errors: RecordMissing; FactsInvalid with all that do not fit, and nothing is written then.
        Effects: at most one UPDATE for each table; the submission is the evidence, so no trail entry.
        """
        row = self.get(uow.session, record_id)
        _apply(uow, row, self.writable, facts)
        row.row_version += 1

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a record with the next number of its series and return its id.

        Errors: FactsInvalid.
        """
        return self.bear(uow, facts, Birth(status=self.first_status))

    def bear(self, uow: UnitOfWork, facts: Mapping[str, Any], birth: Birth) -> int:
        """Open a record that may be older than this moment, or closed already (imports).

        Errors: FactsInvalid.
        """
        opened_at = birth.opened_at or uow.now
        row = self.model(
            **dict.fromkeys(self._empty),
            kind=self.kind,
            number="",
            title="",
            opened_by_id=uow.actor_id,
            status=birth.status,
            extra={},
            opened_at=opened_at,
            closed_at=birth.closed_at,
            is_imported=birth.is_imported,
            search_text="",
            row_version=1,
        )
        _apply(uow, row, self.writable, facts)
        row.title = row.title or _("Without a title")
        row.original_due_at = row.due_at
        if row.site_id is None and uow.actor_id is not None:
            row.site_id = uow.connection.scalar(_SITE_OF, {"person_id": uow.actor_id})
        row.number = birth.number or self.number_for(uow, row, birth.year or opened_at.year)
        uow.session.add(row)
        uow.session.flush()  # callers need its id
        uow.buffer(BORN).append(row)  # the session would forget it, and read it back for the first step
        return row.id

    def number_for(self, uow: UnitOfWork, _row: Record, year: int) -> str:
        """Return the next number for a record that is about to be opened; a domain may number otherwise."""
        return next_number(uow, self.prefix, year=year)

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close the record as cancelled. Safe to call again.

        Errors: RecordMissing.
        """
        row = self.get(uow.session, record_id)
        row.status = CANCELLED
        row.closed_at = row.closed_at or uow.now
        row.row_version += 1


def ports_for(model: type[Record], prefix: str, *, first_status: str = FIRST_STATUS) -> RecordPorts:
    """Return the ports of a domain's lifecycle: records of `model`, numbered with `prefix`."""
    return RecordPorts(model, prefix, first_status)


def view_of(row: Record) -> RecordView:
    """Return the record as the engine room and expressions see it: columns and extra answers by key."""
    columns = {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
    columns.pop("search_text", None)
    extra = columns.pop("extra") or {}
    return RecordView(
        kind=row.kind,
        id=row.id,
        number=row.number,
        title=row.title,
        site_id=row.site_id,
        process_id=row.process_id,
        owner_id=row.owner_id,
        severity=row.severity,
        opened_at=row.opened_at,
        values={**extra, **columns},
        restricted_to=row.restricted_roles,
    )


def json_safe(value: Any) -> Any:
    """Return an answer as JSON keeps it: dates as ISO text, exact numbers as int or float."""
    if isinstance(value, Mapping):
        return {str(key): json_safe(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _apply(
    uow: UnitOfWork, row: Record, columns: Mapping[str, WritableColumn], facts: Mapping[str, Any]
) -> None:
    values, problems = _typed(columns, facts)
    problems += _unknown_people(uow, columns, values)
    if problems:
        raise FactsInvalid(_("Some answers do not fit the record."), problems)
    for name, value in values.items():
        setattr(row, name, value)
    others = {key: json_safe(value) for key, value in facts.items() if key not in columns}
    if others:
        row.extra = {**(row.extra or {}), **others}
    row.search_text = _search_text(row, columns)


def _typed(
    columns: Mapping[str, WritableColumn], facts: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in facts.keys() & columns.keys():
        column = columns[name] if name != "title" else replace(columns[name], max_length=None)
        value, problem = column.value_of(facts[name])
        if problem is not None:
            problems.append(problem)
        values[name] = value[:TITLE_LENGTH] if name == "title" else value
    return values, sorted(problems, key=lambda problem: problem.where)


def _unknown_people(
    uow: UnitOfWork, columns: Mapping[str, WritableColumn], values: Mapping[str, Any]
) -> list[Problem]:
    named = {
        name: value
        for name, value in values.items()
        if columns[name].type is ColumnType.PERSON and value is not None
    }
    if not named:
        return []
    known = set(
        uow.session.scalars(select(Person.id).where(Person.id.in_(set(named.values())), Person.is_active))
    )
    return [
        Problem(name, "facts.person", _("There is no such person at work here."), _("Choose somebody else."))
        for name, value in sorted(named.items())
        if value not in known
    ]


def _search_text(row: Record, columns: Mapping[str, WritableColumn]) -> str:
    texts = [
        str(getattr(row, name) or "")
        for name, column in columns.items()
        if column.type in {ColumnType.TEXT, ColumnType.LIST} and name != "title"
    ]
    texts += _words_in(row.extra)
    return " ".join(" ".join(texts).split())[:SEARCH_LENGTH]


def _words_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [word for each in value.values() for word in _words_in(each)]
    if isinstance(value, list):
        return [word for each in value for word in _words_in(each)]
    return []
