"""What a pack covers, and which records of it a person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.evidence.clauses import edition_of
from app.evidence.coverage import clauses_of_steps
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.visibility import seen_among, visible
from app.workflow.models import Task, TaskState

READ = "evidence.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackScope:
    """What a pack covers.

    Shape: a `clause` of an `edition`, or none: then all records opened or closed between `first` and `last`;
        no site means all that the person sees.
    """

    first: date
    last: date
    edition: str = ""
    clause: str = ""
    site_id: int | None = None

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**asdict(self), "first": self.first.isoformat(), "last": self.last.isoformat()}

    @property
    def title(self) -> str:
        """Return it in words, without the site."""
        span = _("%(first)s to %(last)s", first=_day(self.first), last=_day(self.last))
        if not self.clause:
            return _("All records of %(span)s", span=span)
        name = edition_of(self.edition).clause(self.clause).title
        return _("Clause %(number)s %(name)s, %(span)s", number=self.clause, name=name, span=span)


def scope_from(data: Mapping[str, Any]) -> PackScope:
    """Return a scope from what `as_data` made of it."""
    return PackScope(
        first=date.fromisoformat(data["first"]),
        last=date.fromisoformat(data["last"]),
        edition=str(data.get("edition", "")),
        clause=str(data.get("clause", "")),
        site_id=data.get("site_id"),
    )


def records_of(session: Session, actor: Actor, scope: PackScope) -> Sequence[int]:
    """Return the ids of the records in a scope that the person may see and take evidence of, oldest first."""
    allowed = policy.record_filter(actor, site=Record.site_id, process=Record.process_id, permission=READ)
    statement = select(Record.id).where(allowed, _about(session, scope)).order_by(Record.opened_at, Record.id)
    if scope.site_id is not None:
        statement = statement.where(Record.site_id == scope.site_id)
    return session.scalars(visible(statement, actor)).all()


def sees_all(session: Session, actor: Actor, record_ids: Sequence[int]) -> bool:
    """Tell whether a person may see all of these records."""
    return seen_among(session, actor, record_ids).keys() >= set(record_ids)


def within(column: InstrumentedAttribute[Any], first: date, last: date) -> ColumnElement[bool]:
    """Return the condition that a moment lies on one of these days, in UTC."""
    return and_(column >= _start(first), column < _start(last + timedelta(days=1)))


def _about(session: Session, scope: PackScope) -> ColumnElement[bool]:
    if not scope.clause:
        return or_(*(within(one, scope.first, scope.last) for one in (Record.opened_at, Record.closed_at)))
    edition = edition_of(scope.edition)
    steps = [key for key, text in clauses_of_steps(session).items() if edition.place_of(text) == scope.clause]
    places = [and_(Task.definition_key == key, Task.element_id == element) for key, element in steps]
    return exists().where(
        Task.record_id == Record.id,
        Task.record_kind == Record.kind,
        Task.state == TaskState.DONE.value,
        within(Task.completed_at, scope.first, scope.last),
        or_(*places) if places else Record.id.is_(None),
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(day: date) -> str:
    return written_day(day)
