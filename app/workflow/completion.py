"""Completing a task: checks, the submission, the record's facts, and the step of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import undefer

from app.accounts.actor import Actor
from app.foundation.errors import Conflict, Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow import instances, signing, slots
from app.workflow.competence import Lack, refuse_incompetent
from app.workflow.form_contexts import form_context
from app.workflow.forms import Answers, FormDefinition, validate
from app.workflow.loaded import Loaded
from app.workflow.models import ProcessInstance, Submission, Task, TaskState
from app.workflow.separation import refuse_same_person
from app.workflow.signing import Given, Signing
from app.workflow.slot_people import refuse_second_place
from app.workflow.spans import note_spans
from app.workflow.tasks import TaskGone, UnknownTask, gone_sentence, permitted_holder
from app.workflow.witnesses import EVIDENCE, submission_digest

# Sent with every completion, so they are built once; the ORM adds nothing to a row nobody looks at.
_LOCK = (
    select(Task, ProcessInstance)
    .join(ProcessInstance, ProcessInstance.id == Task.instance_id)
    .where(Task.id == bindparam("task_id"))
    .options(undefer(ProcessInstance.snapshot))
    .with_for_update(of=(ProcessInstance, Task))  # in this order, as timers and messages lock: no deadlock
)
_KEEP = insert(cast("Table", Submission.__table__))


class StalePage(Conflict):
    """The task changed after the page was shown."""


class GuardRefused(Invalid):
    """The record is not ready for this step; the problems are what is missing."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the page sends when a task is completed.

    Shape: `answers` are form values by key; `form_token` was made for this rendering of the form;
    `row_version` is the one the page showed.
    """

    answers: Mapping[str, Any]
    form_token: str
    row_version: int
    signing: Signing | None = None


@dataclass(frozen=True, slots=True)
class NextTask:
    """A task the completion brought about: its id, verb, and who has it, or which role."""

    id: int
    title: str
    assignee_id: int | None
    role: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What came of completing a task; `is_repeat` when the same submission had arrived before."""

    task_id: int
    record_kind: str
    record_id: int
    outcome: str | None
    next_tasks: tuple[NextTask, ...]
    is_repeat: bool = False


def complete(uow: UnitOfWork, task_id: int, actor: Actor, attempt: Attempt) -> Completion:
    """Complete a task with its answers and run the instance on to its next wait states.

    Of a task with slots it completes one; the engine moves only when its rule says that it is decided.

    Errors: UnknownTask; NotYourTask; TaskGone with who was first; StalePage; AnswersInvalid with every field
        at fault; those of `signing.check`; GuardRefused with what is missing; SeparationBroken; SecondPlace;
        NotCompetent; StepBroken.
    Effects: locks instance and record; one submission, the record's facts, new tasks, timers and messages,
        one trail entry, and one more with the signature of a signed step. The same person sending the same
        form again gets the first answer.
    """
    task, row = _lock(uow, task_id)
    if task.state != TaskState.OPEN.value:
        return _answer_again(uow, task, actor, attempt)
    holder_id = permitted_holder(task, actor)
    if attempt.row_version != task.row_version:
        raise StalePage(_("This task changed while you worked on it. Look at it again; your draft is kept."))
    loaded = instances.look(uow, row) if task.slot else instances.load(uow, row)
    refuse_same_person(loaded, task, actor.id)
    refuse_second_place(uow, task, actor.id)
    lack = refuse_incompetent(uow, task, actor.id)
    form = loaded.definition.form(task.spot)
    answers = validate(form, attempt.answers, form_context(loaded, task, actor))
    loaded.scope.give_answers(task.element_id, answers.values, call_id=task.call_id)
    given = signing.check(loaded, task, actor, attempt.signing)
    _refuse_unready(loaded, task, answers)
    uow.on_behalf_of_id = holder_id
    evidence = _submit(loaded, task, form, answers, attempt, given)
    _close(uow, task, actor.id, holder_id)
    is_decided = not task.slot or slots.cast(loaded, task, answers.values)
    opened = _move_on(loaded, task) if is_decided else []
    _record(loaded, task, evidence, lack)
    if given is not None:
        signing.seal(loaded, task, given, evidence)
    return Completion(
        task_id=task.id,
        record_kind=task.record_kind,
        record_id=task.record_id,
        outcome=row.outcome,
        next_tasks=tuple(NextTask(one.id, one.title, one.assignee_id, one.role) for one in opened),
    )


def _lock(uow: UnitOfWork, task_id: int) -> tuple[Task, ProcessInstance]:
    found = uow.session.execute(_LOCK, {"task_id": task_id}).one_or_none()
    if found is None:
        raise UnknownTask(_("There is no task %(id)s.", id=task_id))
    task, row = found
    return task, row


def _answer_again(uow: UnitOfWork, task: Task, actor: Actor, attempt: Attempt) -> Completion:
    stored = uow.session.scalars(select(Submission).where(Submission.task_id == task.id)).one_or_none()
    if stored is None or stored.form_token != attempt.form_token or stored.actor_id != actor.id:
        raise TaskGone(gone_sentence(uow, task))
    if attempt.signing is not None:
        signing.note_repeat(uow, task)
    return Completion(task.id, task.record_kind, task.record_id, None, (), is_repeat=True)


def _move_on(loaded: Loaded, task: Task) -> list[Task]:
    if task.slot:
        return slots.decide(loaded, task)
    loaded.closed.add(task.guid)
    return instances.complete_task(loaded, task.guid)


def _refuse_unready(loaded: Loaded, task: Task, answers: Answers) -> None:
    step = task.spot.step_id
    guard = loaded.lifecycle.guards.get(step)
    problems = guard(loaded.uow, loaded.record, step, answers.values) if guard else ()
    if problems:
        raise GuardRefused(
            _("“%(task)s” is not possible yet. This is missing:", task=task.title), tuple(problems)
        )


def _submit(
    loaded: Loaded,
    task: Task,
    form: FormDefinition,
    answers: Answers,
    attempt: Attempt,
    given: Given | None,
) -> str:
    """Keep the answers and return the digest that the trail keeps of them."""
    uow = loaded.uow
    signature = {"meaning": given.meaning.value, "method": given.signer.method.value} if given else None
    values = {
        "instance_id": task.instance_id,
        "definition_version_id": loaded.definition.version_id,
        "task_id": task.id,
        "element_id": task.element_id,
        "call_id": task.call_id,
        "answers": dict(answers.values),
        "form_sha256": form.digest,
        "form_token": attempt.form_token,
        "actor_id": uow.actor_id,
        "on_behalf_of_id": uow.on_behalf_of_id,
        "signature": signature,
        "submitted_at": uow.now,
    }
    uow.connection.execute(_KEEP, values)
    facts = answers.facts if not task.slot else _facts_of_caller(loaded, task, answers)
    if facts or not task.slot:
        loaded.lifecycle.ports.write_facts(uow, task.record_id, facts)
        loaded.scope.refresh_record()
    return submission_digest(values)


def _facts_of_caller(loaded: Loaded, task: Task, answers: Answers) -> Mapping[str, Any]:
    """Return what is a fact of the record: what the caller asks, not how each of several people decided."""
    asked = loaded.definition.forms.get(task.call_id)
    keys = {field.key for field in asked.fields} if asked else set()
    return {key: value for key, value in answers.facts.items() if key in keys}


def _close(uow: UnitOfWork, task: Task, actor_id: int, holder_id: int | None) -> None:
    task.state = TaskState.DONE.value
    task.assignee_id = task.assignee_id or actor_id
    task.completed_by_id = actor_id
    task.on_behalf_of_id = holder_id
    task.completed_at = uow.now
    note_spans(uow.session, task, uow.now)
    task.nudge_at = None
    task.draft = None
    task.row_version += 1


def _record(loaded: Loaded, task: Task, evidence: str, lack: Lack | None) -> None:
    record(
        loaded.uow,
        verb="task.completed",
        subject=Subject(kind=task.record_kind, id=task.record_id, label=task.record_number),
        after={
            "task": task.id,
            "element": task.element_id,
            "version": loaded.definition.number,
            EVIDENCE: evidence,
        }
        | ({"without_proof": lack.sentence} if lack else {}),
    )
