"""One person, one place: nobody decides a task of several people twice, also not for somebody absent."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from app.accounts.models import Person
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.models import Task, TaskState

DECIDED_BY_OTHERS = "decided by others"  # stored as it is; pages say it in the reader's language


class SecondPlace(Refused):
    """The person already has a place in the task, or has decided in it."""


def refuse_second_place(uow: UnitOfWork, task: Task, person_id: int) -> None:
    """Refuse a slot to a person who has another open slot of the task, or completed one for anybody.

    Shape: an ordinary task has one row and refuses nobody.
    Errors: SecondPlace with the person's name.
    Source: storage 4.7; a substitute who is a member does not vote twice.
    """
    if not task.slot:
        return
    is_theirs = and_(Task.state == TaskState.OPEN.value, Task.assignee_id == person_id)
    found = uow.session.scalar(
        select(Task.state)
        .where(
            Task.guid == task.guid,
            Task.slot != "",
            Task.slot != task.slot,
            or_(is_theirs, Task.completed_by_id == person_id),
        )
        .order_by(Task.state)
        .limit(1)
    )
    if found is None:
        return
    name = uow.session.scalar(select(Person.name).where(Person.id == person_id)) or ""
    if found == TaskState.DONE.value:
        raise SecondPlace(
            _(
                "%(name)s has already decided in “%(task)s”. Nobody decides twice, also not for "
                "somebody else.",
                name=name,
                task=task.title,
            )
        )
    raise SecondPlace(
        _(
            "%(name)s has a place of their own in “%(task)s”. Nobody decides twice, also not for "
            "somebody else.",
            name=name,
            task=task.title,
        )
    )
