"""Who sees which record, as one condition that lists, counts, search and links all use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.accounts import policy
from app.accounts.actor import Actor, Grant
from app.accounts.permissions import PERMISSIONS
from app.accounts.policy import SEE, Scope
from app.accounts.roles import Role
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.portions import portions
from app.records.models import Record
from app.workflow.models import Task, TaskState

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])
# The statement around may select from tasks itself. Made once: a new alias copies every column of the table,
# which takes far longer than the rest of the condition.
_TASK = aliased(Task)


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """A record that a person may see, as lists name it."""

    id: int
    kind: str
    number: str
    title: str
    status: str


class RecordUnseen(NotFound):
    """There is no such record, or the person may not know that there is."""


def visible(statement: Statement, actor: Actor) -> Statement:
    """Return the statement with only the records that the person may see. It must select from `Record`."""
    return statement.where(visible_to(actor))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Record`: a grant covers it and it is not closed to it, or one takes part.

    Source: design.md, Who sees what.
    """
    return _condition(actor.bare())


@lru_cache(maxsize=128)  # every page asks it, and it takes longer to put together than to ask
def _condition(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for whoever has these grants and groups, whenever they ask."""
    covered = policy.record_filter(actor, site=Record.site_id, process=Record.process_id)
    if policy.can(actor, SEE):
        covered = or_(covered, Record.is_for_all_sites)
    is_open = or_(Record.restricted_to.is_(None), _opened_by_a_role(actor))
    return or_(and_(covered, is_open), _takes_part(actor))


def seen_among(session: Session, actor: Actor, ids: Collection[int]) -> Mapping[int, SeenRecord]:
    """Return those of some records that the person may see, by id, however many are asked about."""
    statement = select(Record.id, Record.kind, Record.number, Record.title, Record.status)
    return {
        row.id: SeenRecord(*row)
        for some in portions(ids)
        for row in session.execute(visible(statement.where(Record.id.in_(some)), actor))
    }


def get_visible(session: Session, actor: Actor, record_id: int) -> Record:
    """Return a record that the person may see.

    Errors: RecordUnseen, the same for one that does not exist.
    """
    row = session.scalars(visible(select(Record).where(Record.id == record_id), actor)).one_or_none()
    if row is None:
        raise RecordUnseen(_("There is no such record, or it is not for you to see."))
    return row


def takes_part(session: Session, actor: Actor, record_id: int) -> bool:
    """Tell whether the person is named on a record, or has, had or may take a task of it."""
    statement = select(Record.id).where(Record.id == record_id, _takes_part(actor))
    return session.scalar(statement) is not None


def scope_of(record: Record) -> Scope:
    """Return what the policy asks about a record, for permissions beyond seeing it."""
    return Scope(
        site_id=record.site_id,
        process_id=record.process_id,
        restricted_to=frozenset(Role(role) for role in record.restricted_roles),
        takes_part=frozenset(person for person in (record.owner_id, record.opened_by_id) if person),
        is_for_all_sites=record.is_for_all_sites,
    )


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    """Tell in SQL whether the person is named on the record or has, had or may take a task of it."""
    people = {actor.id, *actor.stands_in_for}
    offered = and_(
        _TASK.candidate_group_id.in_(actor.group_ids),
        _TASK.assignee_id.is_(None),
        _TASK.state == TaskState.OPEN.value,
    )
    has_task = exists().where(
        _TASK.record_kind == Record.kind,
        _TASK.record_id == Record.id,
        or_(_TASK.assignee_id.in_(people), _TASK.completed_by_id.in_(people), offered),
    )
    return or_(Record.owner_id.in_(people), Record.opened_by_id.in_(people), has_task)


def _opened_by_a_role(actor: Actor) -> ColumnElement[bool]:
    """Tell in SQL whether a grant of the person is among those the record is restricted to."""
    choices = [
        and_(_at_site(grant), _of_process(grant), Record.restricted_to.contains(f",{grant.role.value},"))
        for grant in actor.grants
        if grant.role in PERMISSIONS[SEE].roles
    ]
    return or_(*choices) if choices else false()


def _at_site(grant: Grant) -> ColumnElement[bool]:
    return true() if grant.site_id is None else Record.site_id == grant.site_id


def _of_process(grant: Grant) -> ColumnElement[bool]:
    return true() if grant.process_id is None else Record.process_id == grant.process_id
