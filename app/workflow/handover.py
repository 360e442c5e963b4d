"""Open tasks of people who left, and of groups nobody is in any longer: given on, or offered again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.accounts.groups import empty_groups, groups_left_by, holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail import Subject, record
from app.workflow import tasks
from app.workflow.assignment import assign_by_record, pools
from app.workflow.lifecycle import registry
from app.workflow.models import Task, TaskState

BATCH = 100
FALLBACKS = ("nobody_has_role", "nobody_at_site")
_IS_OPEN = Task.state == TaskState.OPEN.value
_IS_OFFERED = and_(_IS_OPEN, Task.assignee_id.is_(None))


def tasks_held_by(session: Session, person_id: int, on: date) -> list[Task]:
    """Return the open tasks that nobody else could do: the person's own, and those of groups left empty.

    Shape: the first due first.
    """
    groups = [group.id for group in groups_left_by(session, person_id, on)]
    sole = and_(Task.assignee_id.is_(None), Task.candidate_group_id.in_(groups)) if groups else false()
    statement = select(Task).where(_IS_OPEN, or_(Task.assignee_id == person_id, sole))
    return list(session.scalars(statement.order_by(Task.due_at, Task.id)))


def give_tasks(uow: UnitOfWork, from_id: int, to_id: int, reason: str) -> int:
    """Give somebody all open tasks that a leaver holds, and return how many.

    Errors: those of `tasks.reassign`. Effects: a trail entry for each. Safe to call again.
    """
    held = tasks_held_by(uow.session, from_id, uow.now.date())
    for task in held:
        tasks.reassign(uow, task.id, to_id, reason)
    return len(held)


def offer_again(uow: UnitOfWork, from_id: int, reason: str) -> int:
    """Offer all open tasks that a leaver holds to whoever should have them by record and role.

    Effects: a trail entry for each with the reason. Safe to call again.
    """
    pools.clear()
    held = tasks_held_by(uow.session, from_id, uow.now.date())
    return sum(reroute(uow, task, reason) for task in held)


def release_claims(uow: UnitOfWork, person_id: int) -> None:
    """Give what a leaver had taken from groups back to them; what is theirs by name waits for the hand-over.

    Effects: a trail entry for each task.
    """
    forget_pools(uow, person_id)
    taken = select(Task).where(
        _IS_OPEN,
        Task.assignee_id == person_id,
        Task.candidate_group_id.is_not(None),
        Task.candidate_group_id.not_in(empty_groups(uow.session, uow.now.date())),
    )
    for task in uow.session.scalars(taken.with_for_update()):
        _move(uow, task, None, task.candidate_group_id, task.why, _("The person who had taken it left."))


def reroute_emptied(uow: UnitOfWork, person_id: int) -> None:
    """Offer the tasks of groups that became empty to those who stand in: a role was withdrawn.

    Effects: a trail entry for each task.
    """
    forget_pools(uow, person_id)
    found = select(Task).where(_IS_OFFERED, _of_empty_group(uow.session, uow.now.date())).with_for_update()
    for task in uow.session.scalars(found).all():
        reroute(uow, task, _nobody_left())


def forget_pools(uow: UnitOfWork, _person_id: int) -> None:
    """Look again who is in which group, within this act and after it."""
    pools.clear()
    uow.after_commit(pools.clear)


def reroute_lost() -> int:
    """Find tasks nobody could see and offer them to somebody who does; return how many moved.

    Shape: lost are open tasks of disabled people, of groups without members, and those that fell to somebody
    else while nobody had the role, once somebody has.
    Effects: transactions of at most 100 tasks; a trail entry for each that moved. Safe in several processes.
    """
    pools.clear()
    moved, after = 0, 0
    while True:
        with unit_of_work() as uow:
            found = _lost(uow, after)
            moved += sum(reroute(uow, task, _why_lost(task)) for task in found)
        if len(found) < BATCH:
            return moved
        after = found[-1].id


def reroute(uow: UnitOfWork, task: Task, reason: str) -> bool:
    """Offer an open task to whoever should have it by record and role; False when that changes nothing.

    Effects: a trail entry with the reason; a draft stays with the task. A place in a task of several people
        is nobody else's by role: it waits until somebody is named for it.
    """
    if task.slot:
        return False
    view = registry.get(task.definition_key).ports.read_record(uow.session, task.record_id)
    found = assign_by_record(uow, task.role, view)
    if (found.person_id, found.group_id) == (task.assignee_id, task.candidate_group_id):
        return False
    _move(uow, task, found.person_id, found.group_id, found.why, reason)
    return True


def _lost(uow: UnitOfWork, after: int) -> list[Task]:
    session, today = uow.session, uow.now.date()
    is_of_leaver = Task.assignee_id.in_(select(Person.id).where(~Person.is_active))
    is_unseen = and_(
        Task.assignee_id.is_(None), or_(_of_empty_group(session, today), _has_people_again(session, today))
    )
    statement = (
        select(Task)
        .where(_IS_OPEN, Task.slot == "", Task.id > after, or_(is_of_leaver, is_unseen))
        .order_by(Task.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Task)
    )
    return list(session.scalars(statement))


def _of_empty_group(session: Session, on: date) -> ColumnElement[bool]:
    return or_(Task.candidate_group_id.is_(None), Task.candidate_group_id.in_(empty_groups(session, on)))


def _has_people_again(session: Session, on: date) -> ColumnElement[bool]:
    """Return the condition of tasks that fell to somebody else, and whose role somebody has by this day."""
    pairs = session.execute(
        select(Task.role, Task.site_id).where(_IS_OFFERED, Task.why.in_(FALLBACKS)).distinct()
    ).all()
    choices = [
        and_(Task.why.in_(FALLBACKS), Task.role == role, Task.site_id.is_not_distinct_from(site_id))
        for role, site_id in pairs
        if holders_of(session, Role(role), site_id, on)
    ]
    return or_(*choices) if choices else false()


def _why_lost(task: Task) -> str:
    if task.assignee_id is not None:
        return _("The person who had it left.")
    return _("Somebody has the role again.") if task.why in FALLBACKS else _nobody_left()


def _nobody_left() -> str:
    return _("Nobody is left in the group it was offered to.")


def _move(
    uow: UnitOfWork, task: Task, person_id: int | None, group_id: int | None, why: str, reason: str
) -> None:
    before = {"assignee": task.assignee_id, "group": task.candidate_group_id}
    task.assignee_id = person_id
    task.candidate_group_id = group_id
    task.claimed_at = None
    task.why = why
    task.row_version += 1
    record(
        uow,
        verb="task.rerouted",
        subject=Subject(kind=task.record_kind, id=task.record_id, label=task.record_number),
        before=before,
        after={
            "task": task.id,
            "element": task.element_id,
            "assignee": person_id,
            "group": group_id,
            "why": why,
        },
        reason=reason,
    )
