"""Separation of duties: who did one thing may not do the other in the same instance."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.workflow.definitions import definitions
from app.workflow.lifecycle import RecordView, registry
from app.workflow.loaded import Loaded
from app.workflow.models import ProcessInstance, Task, TaskState


class SeparationBroken(Refused):
    """The person did, or answers for, what this step is meant to check."""


def refuse_same_person(loaded: Loaded, task: Task, actor_id: int) -> None:
    """Refuse a step to the person from whom it must be independent.

    Shape: a separation names another duty of the instance, or a role whose person the record names.
    Errors: SeparationBroken with the name of what they did.
    Source: lifecycles 4.0; ISO 9001:2015, 9.2.2 c for audits, house practice elsewhere.
    """
    for separation in loaded.lifecycle.separations:
        if separation.duty != task.duty:
            continue
        others = _people_of(loaded.uow.session, loaded.row.id, loaded.record, separation.differs_from)
        if actor_id in others:
            raise SeparationBroken(
                _(
                    "“%(task)s” needs somebody independent, and %(name)s answers for what it checks. "
                    "A quality manager can hand it to somebody else.",
                    task=task.title,
                    name=_name(loaded, actor_id),
                )
            )


def people_apart(session: Session, instance_id: int, call_id: str, record: RecordView) -> frozenset[int]:
    """Return the people from whom whoever does a call must be independent, by the call's duty.

    Source: storage 4.7: separation is looked at before anybody is asked, and again when they act.
    """
    row = session.get_one(ProcessInstance, instance_id)
    call = definitions.get(session, row.definition_version_id).compiled.calls.get(call_id)
    if call is None:
        return frozenset()
    separations = registry.get(row.definition_key).separations
    return frozenset(
        person
        for separation in separations
        if separation.duty == call.duty
        for person in _people_of(session, instance_id, record, separation.differs_from)
    )


def _people_of(session: Session, instance_id: int, record: RecordView, duty_or_role: str) -> set[int]:
    named = record.values.get(f"{duty_or_role}_id")
    if named is not None:
        return {int(named)}
    doers = session.execute(
        select(Task.completed_by_id, Task.on_behalf_of_id).where(
            Task.instance_id == instance_id, Task.duty == duty_or_role, Task.state == TaskState.DONE.value
        )
    )
    return {person for pair in doers for person in pair if person is not None}


def _name(loaded: Loaded, person_id: int) -> str:
    return loaded.uow.session.scalar(select(Person.name).where(Person.id == person_id)) or ""
