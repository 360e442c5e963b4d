"""Reminds of tasks and escalates late ones, by policy rows; one mail a rung, none twice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holders_of, members_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.foundation.dates import written_moment
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.organisation.managers import manager_of
from app.trail import Subject, record
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState
from app.workflow.policies import MANAGER, next_nudge, nudges_of, policies

BATCH = 100
ASSIGNEE = "assignee"


def send_due(base_url: str) -> int:
    """Send what is due of reminders and escalations, and return how many tasks were nudged.

    Effects: one transaction for each batch; mails go to the outbox, escalations also to the trail.
        A task whose instance is on hold waits.
    """
    nudged = 0
    while True:
        with unit_of_work() as uow:
            tasks = _due(uow)
            for task in tasks:
                nudge(uow, task, base_url)
        nudged += len(tasks)
        if len(tasks) < BATCH:
            return nudged


def nudge(uow: UnitOfWork, task: Task, base_url: str) -> None:
    """Tell whoever the next rung names, and set the moment of the one after it."""
    policy = policies.get(uow.session, task.policy, task.site_id)
    rungs = nudges_of(policy, task.due_at)
    if task.nudges < len(rungs):
        _tell(uow, task, rungs[task.nudges][1], base_url)
    task.nudges, task.nudge_at = next_nudge(policy, task.due_at, task.nudges + 1, uow.now)


def _tell(uow: UnitOfWork, task: Task, to: str, base_url: str) -> None:
    people = _people(uow, task, to)
    is_escalation = to != ASSIGNEE
    for person in people:
        if person.mail:
            post_mail(
                uow,
                key=f"task:{task.id}:nudge:{task.nudges}:{person.id}",
                recipient=person.mail,
                subject=_subject_line(task, is_escalation=is_escalation),
                body=_body(task, base_url),
            )
    if is_escalation:
        record(
            uow,
            verb="task.escalated",
            subject=Subject(kind=task.record_kind, id=task.record_id, label=task.record_number),
            after={"task": task.id, "to": to, "people": [person.id for person in people]},
        )


def _people(uow: UnitOfWork, task: Task, to: str) -> list[Person]:
    session, today = uow.session, uow.now.date()
    if to == ASSIGNEE:
        ids = (
            [task.assignee_id]
            if task.assignee_id
            else members_of(session, task.candidate_group_id or 0, today)
        )
    elif to == MANAGER:
        manager = manager_of(session, task.assignee_id, today) if task.assignee_id else None
        ids = [manager] if manager else holders_of(session, Role.QUALITY_MANAGER, task.site_id, today)
    else:
        ids = holders_of(session, Role(to), task.site_id, today)
    return _active(session, [one for one in ids if one is not None])


def _active(session: Session, ids: list[int]) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.id.in_(ids), Person.is_active)))


def _due(uow: UnitOfWork) -> list[Task]:
    query = (
        select(Task)
        .join(ProcessInstance, ProcessInstance.id == Task.instance_id)
        .where(
            Task.state == TaskState.OPEN.value,
            Task.nudge_at <= uow.now,
            ProcessInstance.state == InstanceState.OPEN.value,
        )
        .order_by(Task.nudge_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Task)
    )
    return list(uow.session.scalars(query))


def _subject_line(task: Task, *, is_escalation: bool) -> str:
    if is_escalation:
        return _("Late: %(task)s, %(number)s", task=task.title, number=task.record_number)
    return _("To do: %(task)s, %(number)s", task=task.title, number=task.record_number)


def _body(task: Task, base_url: str) -> str:
    return _(
        "%(task)s\n%(number)s %(title)s\nDue %(due)s\n\n%(link)s\n",
        task=task.title,
        number=task.record_number,
        title=task.record_title,
        due=f"{written_moment(task.due_at)} UTC",
        link=f"{base_url}/tasks/{task.id}",
    )
