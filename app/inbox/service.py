"""The acts behind the buttons of a task page: each is one transaction, and one call from a route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.foundation.db import db
from app.foundation.errors import NotFound, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.inbox.filters import Filters, Tab
from app.inbox.queries import Principals, page_keys, principals_for
from app.inbox.words import done_sentence, role_inside
from app.organisation.models import Site
from app.records.models import Attachment, Record
from app.records.visibility import scope_of, visible
from app.workflow import completion, start_drafts, tasks
from app.workflow.acts import perform
from app.workflow.definitions import definitions
from app.workflow.forms import FormDefinition, Kind
from app.workflow.forms.model import RowsSettings
from app.workflow.models import Task, TaskState
from app.workflow.signing import meaning_of, note_refusal
from app.workflow.spots import Spot
from app.workflow.starting import Started, start_with_form

WEEK = timedelta(days=7)


class TaskUnseen(NotFound):
    """There is no such task, or the person may not know that there is."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a definition as a post needs it; `signature` is the meaning it is signed with, or empty."""

    title: str
    form: FormDefinition
    signature: str


@dataclass(frozen=True, slots=True)
class Finished:
    """What to tell after a completion, and the next task of the person's own, None when there is none."""

    title: str
    sentence: str
    next_task_id: int | None


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one task of a bulk act: done, or the sentence that says why not."""

    task_id: int
    title: str
    refusal: str = ""


def finish_task(actor: Actor, task_id: int, attempt: completion.Attempt, step: Step) -> Finished:
    """Complete a task, keep its files with the record, and find the next task of the person.

    Errors: those of `completion.complete`. Effects: a refused signature stands in the trail.
    """

    def work(uow: UnitOfWork) -> tuple[completion.Completion, int | None]:
        done = completion.complete(uow, task_id, actor, attempt)
        _attach(uow, actor, done.record_id, file_ids(step.form, attempt.answers), task_id)
        uow.session.flush()
        return done, next_of_mine(uow.session, actor, uow)

    def keep(uow: UnitOfWork, refusal: QmsError) -> None:
        note_refusal(uow, task_id, attempt.signing, refusal)

    done, next_id = perform(actor.id, work, on_refusal=keep)
    return Finished(step.title, _outcome_words(actor, done), next_id)


def step_of(session: Session, version_id: int, spot: Spot) -> Step:
    """Return a step of a definition version."""
    definition = definitions.get(session, version_id)
    spec = definition.user_task(spot)
    return Step(spec.name, definition.form(spot), meaning_of(definition, spot))


def start_record(
    actor: Actor, key: str, form: FormDefinition, answers: Mapping[str, Any], form_token: str
) -> Started:
    """Start a lifecycle from its form; its files belong to the record that it opens, its draft is spent.

    Errors: those of `start_with_form`.
    """

    def work(uow: UnitOfWork) -> Started:
        started = start_with_form(uow, key, actor, answers, form_token=form_token)
        _attach(uow, actor, started.record_id, file_ids(form, answers), None)
        start_drafts.drop(uow, key, actor)
        return started

    return perform(actor.id, work)


def claim_many(actor: Actor, task_ids: list[int]) -> list[RowOutcome]:
    """Claim several tasks; each succeeds or fails on its own, and says which."""
    return [_one(actor, task_id, lambda uow, one: tasks.claim(uow, one, actor)) for task_id in task_ids]


def release_many(actor: Actor, task_ids: list[int]) -> list[RowOutcome]:
    """Give several tasks back to their groups; each on its own."""
    return [_one(actor, task_id, lambda uow, one: tasks.release(uow, one, actor)) for task_id in task_ids]


def reassign_many(actor: Actor, task_ids: list[int], person_id: int, reason: str) -> list[RowOutcome]:
    """Give several tasks to somebody else, where the actor may; each on its own."""
    return [
        _one(actor, task_id, lambda uow, one: give(uow, actor, one, person_id, reason))
        for task_id in task_ids
    ]


def give(uow: UnitOfWork, actor: Actor, task_id: int, person_id: int, reason: str) -> Task:
    """Hand a task on: one's own to anybody, another's where one has the permission.

    Errors: TaskUnseen; NotAllowed; those of `tasks.reassign`.
    """
    task, record = seen_task(uow.session, actor, task_id)
    if tasks.is_offered_to(task, actor):
        return tasks.delegate(uow, task_id, actor, person_id, reason)
    policy.require(actor, "tasks.reassign", scope_of(record) if record else None)
    return tasks.reassign(uow, task_id, person_id, reason)


def seen_task(session: Session, actor: Actor, task_id: int) -> tuple[Task, Record | None]:
    """Return a task the person may look at, with its record: offered to them, or of a record they see.

    Errors: TaskUnseen, the same for one that does not exist.
    """
    task = session.get(Task, task_id)
    if task is not None:
        statement = visible(select(Record).where(Record.id == task.record_id), actor)
        record = session.scalars(statement).one_or_none()
        if record is not None or (task.state == TaskState.OPEN.value and tasks.is_offered_to(task, actor)):
            return task, record
    raise TaskUnseen(_("There is no such task, or it is not for you to see."))


def next_of_mine(session: Session, actor: Actor, uow: UnitOfWork) -> int | None:
    """Return the person's most urgent open task."""
    principals = replace(principals_for(actor, Tab.MINE), people=(actor.id,))
    keys = page_keys(session, principals, Filters(), now=uow.now, size=1)
    return keys[0][1] if keys else None


def overseen_sites(session: Session, actor: Actor) -> list[int | None]:
    """Return the sites at which the person sees all tasks; None stands for tasks of no site."""
    sites = policy.sites_for(actor, "tasks.read_all")
    if sites is policy.ALL:
        return [*session.scalars(select(Site.id).order_by(Site.id)), None]
    return [*sorted(sites)]


def principals_of(session: Session, actor: Actor, tab: Tab) -> Principals:
    """Return whose tasks a tab shows to this person."""
    return principals_for(actor, tab, overseen_sites(session, actor) if tab is Tab.ALL else ())


def oversees_tasks(actor: Actor) -> bool:
    """Tell whether the person may look at the tasks of others, at some site at least."""
    sites = policy.sites_for(actor, "tasks.read_all")
    return sites is policy.ALL or bool(sites)


def principals_asked(session: Session, actor: Actor, tab: Tab, filters: Filters) -> Principals:
    """Return whose tasks a list shows: one person's, for who oversees tasks, else those of its tab."""
    if tab is Tab.ALL and filters.who_id is not None and oversees_tasks(actor):
        return Principals(people=(filters.who_id,))
    return principals_of(session, actor, tab)


def file_ids(form: FormDefinition, answers: Mapping[str, Any]) -> list[int]:
    """Return the ids of the files named in answers, those inside rows included."""
    return [int(one) for one in _named_files(form, answers) if str(one).isdecimal()]


def _named_files(form: FormDefinition, answers: Mapping[str, Any]) -> Iterator[str]:
    for field in form.fields:
        value = answers.get(field.key)
        if field.kind is Kind.FILE:
            yield from _ids_in(value)
        elif isinstance(field.settings, RowsSettings) and isinstance(value, list):
            columns = [column.key for column in field.settings.columns if column.kind is Kind.FILE]
            for row in value:
                for key in columns:
                    yield from _ids_in(row.get(key) if isinstance(row, Mapping) else None)


def _ids_in(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield str(one.get("id", ""))
        elif one:
            yield str(one)


def _attach(uow: UnitOfWork, actor: Actor, record_id: int, ids: list[int], task_id: int | None) -> None:
    for file_id in ids:
        values = {
            "record_id": record_id,
            "file_id": file_id,
            "task_id": task_id,
            "added_by_id": actor.id,
            "added_at": uow.now,
        }
        uow.session.execute(insert_into(uow.session, Attachment).values(values).on_conflict_do_nothing())


def _outcome_words(actor: Actor, done: completion.Completion) -> str:
    if done.is_repeat:
        return _("It was done already; nothing happened twice.")
    return done_sentence([(one.title, _holder(actor, one)) for one in done.next_tasks], done.outcome)


def _holder(actor: Actor, one: completion.NextTask) -> str:
    if one.assignee_id is None:
        return _("the %(role)s", role=role_inside(one.role))
    if one.assignee_id == actor.id:
        return _("you")
    return names_of(db.session(), [one.assignee_id]).get(one.assignee_id, "")


def _one(actor: Actor, task_id: int, deed: Any) -> RowOutcome:
    try:
        task = perform(actor.id, lambda uow: deed(uow, task_id))
    except QmsError as refusal:
        return RowOutcome(task_id, "", refusal.sentence)
    return RowOutcome(task_id, task.title)
