"""Prepares the page of an instance: where it stands, what it waits for, why it went this way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor, initials_of
from app.accounts.models import Person as PersonRow
from app.accounts.people import names_of
from app.accounts.policy import Scope
from app.foundation.i18n import gettext as _
from app.inbox.evaluations import decisions_told, names_within
from app.inbox.words import role_title
from app.records.models import Record
from app.records.stages import diagram_of, states_of
from app.records.urls import record_url
from app.records.visibility import RecordUnseen, get_visible, scope_of
from app.web.addresses import address
from app.web.dates import exact_in_words
from app.web.parts import Chip, Column, Deed, Fact, Link, Person
from app.web.reader import Reader
from app.workflow.definitions import Definition, definitions
from app.workflow.models import Fault, InstanceState, ProcessInstance, Subscription, Task, TaskState, Timer
from app.workflow.picture import describe_steps


@dataclass(frozen=True, slots=True)
class Wait:
    """Something the instance waits for; `until` is None when no moment is set."""

    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class InstancePage:
    """Everything the template draws. `may_*` say which acts are possible now, and for this person."""

    id: int
    title: str
    number: str
    record_title: str
    record_url: str
    state: Chip
    facts: tuple[Fact, ...]
    diagram: str
    steps: tuple[str, ...]
    task_columns: tuple[Column, ...]
    tasks: tuple[dict[str, object], ...]
    waits: tuple[Wait, ...]
    faults: tuple[Fault, ...]
    told: tuple[Deed, ...]
    may_hold: bool
    may_resume: bool
    may_cancel: bool
    sees_faults: bool


def seen_instance(session: Session, actor: Actor, instance_id: int) -> tuple[ProcessInstance, Record]:
    """Return an instance with its record, when the person may see the record.

    Errors: RecordUnseen; NotAllowed.
    """
    row = session.get(ProcessInstance, instance_id)
    if row is None:
        raise RecordUnseen(_("There is no such page, or it is not for you to see."))
    record = get_visible(session, actor, row.record_id)
    policy.require(actor, "instances.read", scope_of(record))
    return row, record


def instance_page(session: Session, actor: Actor, instance_id: int, reader: Reader) -> InstancePage:
    """Return the page of an instance.

    Errors: RecordUnseen; NotAllowed.
    """
    row, record = seen_instance(session, actor, instance_id)
    definition = definitions.get(session, row.definition_version_id)
    scope = scope_of(record)
    is_open, is_held = row.state == InstanceState.OPEN.value, row.state == InstanceState.HELD.value
    may_hold = policy.can(actor, "instances.hold", scope)
    return InstancePage(
        id=row.id,
        title=definition.title,
        number=record.number,
        record_title=record.title,
        record_url=record_url(record.kind, record.id),
        state=_state(row),
        facts=_facts(session, row, definition, reader),
        diagram=diagram_of(session, row),
        steps=tuple(describe_steps(definition.bundle.diagram, _marks(row))),
        task_columns=_task_columns(),
        tasks=tuple(_tasks(session, row)),
        waits=tuple(_waits(session, row, definition)),
        faults=tuple(_faults(session, row)),
        told=tuple(
            Deed(one.text, one.at, icon="arrows-split-2", detail=one.because)
            for one in decisions_told(session, row, definition)
        ),
        may_hold=is_open and may_hold,
        may_resume=is_held and may_hold,
        may_cancel=(is_open or is_held) and policy.can(actor, "instances.cancel", scope),
        sees_faults=policy.can(actor, "admin.faults", Scope()),
    )


def _state(row: ProcessInstance) -> Chip:
    return {
        InstanceState.OPEN.value: Chip(_("Running"), "accent"),
        InstanceState.HELD.value: Chip(_("On hold"), "warn", icon="hourglass"),
        InstanceState.OVER.value: Chip(_("Ended"), "ok", icon="check"),
        InstanceState.CANCELLED.value: Chip(_("Cancelled")),
    }[row.state]


def _facts(
    session: Session, row: ProcessInstance, definition: Definition, reader: Reader
) -> tuple[Fact, ...]:
    found = [
        Fact(_("Lifecycle"), _(definition.title)),
        Fact(_("Version"), str(definition.number), note=definition.bundle.sha256[:12]),
        Fact(_("Started"), exact_in_words(row.started_at, reader=reader)),
    ]
    if row.started_by_id:
        name = names_of(session, [row.started_by_id]).get(row.started_by_id, "")
        found.append(Fact(_("Started by"), name, person=Person(name, initials_of(name))))
    for label, moment in ((_("On hold since"), row.held_at), (_("Ended"), row.ended_at)):
        if moment is not None:
            found.append(Fact(label, exact_in_words(moment, reader=reader)))
    if row.outcome:
        found.append(Fact(_("Outcome"), row.outcome.replace("_", " ")))
    return tuple(found)


def _marks(row: ProcessInstance) -> dict[str, str]:
    states = states_of(row).items()
    return {key: "here" if state.here else "done" for key, state in states if state.here or state.done}


def _task_columns() -> tuple[Column, ...]:
    return (
        Column("title", _("Task"), "link"),
        Column("state", _("State"), "chip"),
        Column("who", _("Who")),
        Column("when", _("Due or done"), "past"),
    )


def _tasks(session: Session, row: ProcessInstance) -> list[dict[str, object]]:
    words = {
        TaskState.OPEN.value: Chip(_("open"), "accent"),
        TaskState.DONE.value: Chip(_("done"), "ok", icon="check"),
        TaskState.CANCELLED.value: Chip(_("not needed any longer")),
    }
    rows = session.execute(
        select(Task, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == Task.assignee_id)
        .where(Task.instance_id == row.id)
        .order_by(Task.id.desc())
        .limit(200)
    )
    return [
        {
            "title": Link(task.title, address("inbox.task", task_id=task.id)),
            "state": words[task.state],
            "who": name or role_title(task.role),
            "when": task.completed_at or task.due_at,
        }
        for task, name in rows
    ]


def _waits(session: Session, row: ProcessInstance, definition: Definition) -> list[Wait]:
    names = names_within(definition)
    timers = session.scalars(select(Timer).where(Timer.instance_id == row.id).order_by(Timer.due_at))
    catches = session.scalars(select(Subscription).where(Subscription.instance_id == row.id))
    return [
        *(Wait(names.get(one.element_id, one.element_id), one.due_at) for one in timers),
        *(Wait(names.get(one.element_id, one.element_id)) for one in catches),
    ]


def _faults(session: Session, row: ProcessInstance) -> list[Fault]:
    query = select(Fault).where(Fault.instance_id == row.id, Fault.resolved_at.is_(None))
    return list(session.scalars(query.order_by(Fault.id.desc())))
