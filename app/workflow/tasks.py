"""What people do with tasks short of completing them: claim, release, reassign, delegate, keep a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.foundation.errors import Conflict, Invalid, NotFound, Problem, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.competence import refuse_incompetent
from app.workflow.models import Task, TaskState
from app.workflow.slot_people import DECIDED_BY_OTHERS, refuse_second_place


class UnknownTask(NotFound):
    """There is no such task, or it is not for this person to see."""


class NotYourTask(Refused):
    """The task belongs to somebody else."""


class TaskGone(Conflict):
    """The task is no longer open; the sentence says who did it."""


def claim(uow: UnitOfWork, task_id: int, actor: Actor) -> Task:
    """Take a task offered to one of the person's groups. Claiming one's own task changes nothing.

    Errors: UnknownTask; TaskGone and NotYourTask with who has it; SecondPlace in a task of several people;
        NotCompetent where the site blocks a lapsed skill.
    """
    task = _open_task(uow, task_id)
    permitted_holder(task, actor)
    if task.assignee_id is None:
        refuse_second_place(uow, task, actor.id)
        refuse_incompetent(uow, task, actor.id)
        task.assignee_id = actor.id
        task.claimed_at = uow.now
        _bump(uow, task, "task.claimed", after={"assignee": actor.id})
    return task


def release(uow: UnitOfWork, task_id: int, actor: Actor) -> Task:
    """Give a claimed task back to its group. A draft stays with the task.

    Errors: UnknownTask; NotYourTask; TaskGone; Refused for a task that was never a group's.
    """
    task = _open_task(uow, task_id)
    if task.assignee_id != actor.id:
        raise NotYourTask(_("Only who has a task can give it back."))
    if task.candidate_group_id is None:
        raise NotYourTask(_("This task is yours by name. Hand it to somebody instead."))
    task.assignee_id = None
    task.claimed_at = None
    _bump(uow, task, "task.released", before={"assignee": actor.id})
    return task


def reassign(uow: UnitOfWork, task_id: int, person_id: int, reason: str) -> Task:
    """Give a task to somebody else; whether the actor may is the caller's question.

    Errors: UnknownTask; TaskGone; Invalid without a reason or for somebody who cannot work; SecondPlace;
        NotCompetent where the site blocks a lapsed skill.
    """
    task = _open_task(uow, task_id)
    _require_reason(reason)
    _require_active(uow, person_id)
    refuse_second_place(uow, task, person_id)
    refuse_incompetent(uow, task, person_id)
    before = task.assignee_id
    task.assignee_id = person_id
    task.claimed_at = uow.now
    _bump(
        uow,
        task,
        "task.reassigned",
        before={"assignee": before},
        after={"assignee": person_id},
        reason=reason,
    )
    return task


def delegate(uow: UnitOfWork, task_id: int, actor: Actor, person_id: int, reason: str) -> Task:
    """Hand one's own task to somebody else.

    Errors: as `reassign`; NotYourTask when it is not the person's to hand on.
    """
    task = _open_task(uow, task_id)
    permitted_holder(task, actor)
    return reassign(uow, task.id, person_id, reason)


def save_draft(uow: UnitOfWork, task_id: int, actor: Actor, answers: Mapping[str, Any]) -> Task:
    """Keep what was typed so far, unvalidated. Typing into an offered task takes it.

    Errors: UnknownTask; NotYourTask; TaskGone.
    Effects: the draft stays with the task, also when it is handed on; it is no evidence and leaves no trail.
    """
    task = claim(uow, task_id, actor)
    task.draft = dict(answers)
    task.draft_by_id = actor.id
    task.draft_at = uow.now
    return task


def is_open(task: Task) -> bool:
    """Tell whether the task still waits for somebody."""
    return task.state == TaskState.OPEN.value


def is_offered_to(task: Task, actor: Actor) -> bool:
    """Tell whether the person may work on the task: named, in its group, or standing in for who is."""
    if task.assignee_id is not None:
        return task.assignee_id == actor.id or task.assignee_id in actor.stands_in_for
    return task.candidate_group_id in actor.group_ids


def permitted_holder(task: Task, actor: Actor) -> int | None:
    """Return whom the actor stands in for, None when acting for themselves.

    Errors: NotYourTask.
    """
    if not is_offered_to(task, actor):
        raise NotYourTask(
            _("This task is somebody else's. Ask them, or a quality manager, to hand it to you.")
        )
    if task.assignee_id is not None:
        return None if task.assignee_id == actor.id else task.assignee_id
    return actor.borrowed_groups.get(task.candidate_group_id or 0)


def _open_task(uow: UnitOfWork, task_id: int) -> Task:
    task = uow.session.get(Task, task_id, with_for_update=True)
    if task is None:
        raise UnknownTask(_("There is no task %(id)s.", id=task_id))
    if task.state != TaskState.OPEN.value:
        raise TaskGone(gone_sentence(uow, task))
    return task


def gone_sentence(uow: UnitOfWork, task: Task) -> str:
    """Return why a task cannot be worked on any longer, and who did it."""
    if task.cancelled_because == DECIDED_BY_OTHERS:
        return _("“%(task)s” is decided: others have decided it while your part was open.", task=task.title)
    if task.state == TaskState.CANCELLED.value:
        return _("“%(task)s” is no longer needed: the record moved on without it.", task=task.title)
    who = uow.session.scalar(select(Person.name).where(Person.id == task.completed_by_id))
    return _("“%(task)s” was already done by %(who)s.", task=task.title, who=who or _("Keel"))


def _bump(
    uow: UnitOfWork,
    task: Task,
    verb: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    task.row_version += 1
    subject = Subject(kind=task.record_kind, id=task.record_id, label=task.record_number)
    task_facts = {"task": task.id, "element": task.element_id}
    record(
        uow, verb=verb, subject=subject, before=before, after={**task_facts, **(after or {})}, reason=reason
    )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        sentence = _("Say why the task goes to somebody else.")
        raise Invalid(sentence, [Problem("reason", "required", sentence)])


def _require_active(uow: UnitOfWork, person_id: int) -> None:
    is_active = uow.session.scalar(select(Person.is_active).where(Person.id == person_id))
    if not is_active:
        sentence = _("This person cannot work with Keel. Choose somebody who can.")
        raise Invalid(sentence, [Problem("person", "inactive", sentence)])
