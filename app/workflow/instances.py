"""One instance at a time: start, lock, load, receive, save. `save` alone writes snapshots and task rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import undefer

from app.foundation.errors import Conflict, NotFound, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.definitions import Definition, current, definitions
from app.workflow.engine import EngineFault
from app.workflow.faults import StepBroken
from app.workflow.lifecycle import registry
from app.workflow.loaded import Loaded, Projection
from app.workflow.models import Evaluation, InstanceState, ProcessInstance, Task
from app.workflow.projection import write_subscriptions, write_tasks, write_timers
from app.workflow.scope import Scope
from app.workflow.witnesses import EVIDENCE

T = TypeVar("T")
_KEEP_EVALUATIONS = insert(cast("Table", Evaluation.__table__))  # past the ORM: nobody looks at the rows here


class UnknownInstance(NotFound):
    """There is no instance of that number."""


class InstanceNotOpen(Conflict):
    """The instance is on hold, over or cancelled, so nothing in it moves."""


def start(uow: UnitOfWork, key: str, facts: Mapping[str, Any]) -> ProcessInstance:
    """Open a record and start an instance of the definition in force; see `start_definition`.

    Errors: NotPublished; those of `start_definition`.
    """
    return start_definition(uow, current(uow.session, key), facts)


def start_definition(
    uow: UnitOfWork, definition: Definition, facts: Mapping[str, Any], *, evidence: str = ""
) -> ProcessInstance:
    """Open a record and start an instance of this version.

    Shape: `facts` are column and extra values of the record; `evidence` is the digest of the start form's
    submission, for the trail.
    Errors: StepBroken; what the operations of the first steps raise.
    Effects: record, instance, tasks, timers and a trail entry in this transaction.
    """
    key = definition.key
    lifecycle = registry.get(key)
    record_id = lifecycle.ports.open_record(uow, facts)
    view = lifecycle.ports.read_record(uow.session, record_id)
    row = ProcessInstance(
        definition_version_id=definition.version_id,
        definition_key=key,
        record_kind=view.kind,
        record_id=record_id,
        site_id=view.site_id,
        state=InstanceState.OPEN.value,
        row_version=0,
        element_states={},
        decisions={},
        calls={},
        results={},
        started_by_id=uow.actor_id,
        started_at=uow.now,
        snapshot=b"",
    )
    uow.session.add(row)
    uow.session.flush()
    loaded = Loaded(uow, row, definition, lifecycle, Scope(uow.session, row, definition, lifecycle, view))
    guarded(loaded, loaded.begin)
    save(loaded)
    deed = {"definition": key, "version": definition.number, "instance": row.id}
    record(
        uow,
        verb="instance.started",
        subject=Subject(kind=view.kind, id=record_id, label=view.number),
        after=deed | {EVIDENCE: evidence} if evidence else deed,
    )
    return row


def lock(uow: UnitOfWork, instance_id: int) -> ProcessInstance:
    """Return the instance's row with its snapshot, locked to the end of the act.

    Errors: UnknownInstance.
    """
    row = uow.session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.id == instance_id)
        .options(undefer(ProcessInstance.snapshot))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise UnknownInstance(_("There is no instance %(id)s.", id=instance_id))
    return row


def load(uow: UnitOfWork, row: ProcessInstance) -> Loaded:
    """Bring a locked instance to life, its record locked as well.

    Errors: InstanceNotOpen when it is on hold, over or cancelled; StepBroken for a damaged snapshot.
    """
    loaded = look(uow, row)
    restore(loaded)
    return loaded


def look(uow: UnitOfWork, row: ProcessInstance) -> Loaded:
    """Take a locked instance in hand without its engine, its record locked as well: nothing can move yet.

    Errors: InstanceNotOpen when it is on hold, over or cancelled.
    """
    if row.state != InstanceState.OPEN.value:
        raise InstanceNotOpen(_state_sentence(row.state))
    lifecycle = registry.get(row.definition_key)
    definition = definitions.get(uow.session, row.definition_version_id)
    view = lifecycle.ports.read_record(uow.session, row.record_id, is_locking=True)
    return Loaded(uow, row, definition, lifecycle, Scope(uow.session, row, definition, lifecycle, view))


def restore(loaded: Loaded) -> None:
    """Bring the engine of an instance in hand back to where it stands.

    Errors: StepBroken for a damaged snapshot.
    """
    guarded(loaded, loaded.restore)


def complete_task(loaded: Loaded, guid: str) -> list[Task]:
    """Complete a live task, run on to the next wait states, save, and return the new tasks.

    Errors: StepBroken; what operations raise.
    """
    guarded(loaded, lambda: loaded.runtime.complete(guid))
    return save(loaded)


def fire_timers(loaded: Loaded) -> list[Task]:
    """Fire what is due by the clock, run on, save, and return the new tasks. Safe to call at any time.

    Errors: StepBroken; what operations raise.
    """
    guarded(loaded, loaded.runtime.refresh_timers)
    return save(loaded)


def receive(
    uow: UnitOfWork, instance_id: int, name: str, correlation_key: str, payload: Mapping[str, Any]
) -> None:
    """Hand a message to the catch events of an instance that wait for it; to none when none does any longer.

    Errors: InstanceNotOpen while it is on hold; StepBroken.
    """
    row = lock(uow, instance_id)
    if row.state in {InstanceState.OVER.value, InstanceState.CANCELLED.value}:
        return
    loaded = load(uow, row)
    is_awaited = any(
        catch.message == name and catch.correlation in {None, correlation_key}
        for catch in loaded.before.catches.values()
    )
    if is_awaited:
        guarded(loaded, lambda: loaded.runtime.receive(name, correlation=correlation_key, payload=payload))
        save(loaded)


def cancel(loaded: Loaded) -> None:
    """End the instance where it stands; its open tasks, timers and subscriptions go with it."""
    guarded(loaded, loaded.runtime.cancel)
    save(loaded)
    loaded.row.state = InstanceState.CANCELLED.value


def save(loaded: Loaded) -> list[Task]:
    """Write what the engine did: snapshot, tasks, timers, subscriptions, evaluations; return the new tasks.

    Effects: the only writer of snapshots and task rows; the number of statements does not grow with history.
    """
    uow, row, runtime = loaded.uow, loaded.row, loaded.runtime
    after = Projection.of(runtime)
    opened = write_tasks(loaded, after)
    write_timers(loaded, after)
    write_subscriptions(loaded, after)
    if loaded.evaluations:
        uow.connection.execute(_KEEP_EVALUATIONS, loaded.evaluations)
        loaded.evaluations = []
    row.snapshot = runtime.snapshot()
    row.element_states = {
        element_id: [state.done, state.here] for element_id, state in runtime.element_states().items()
    }
    row.row_version += 1
    if runtime.is_over:
        row.state = InstanceState.OVER.value
        row.outcome = _outcome_of(loaded)
        row.ended_at = uow.now
    loaded.before = after
    uow.session.flush()
    return opened


def _outcome_of(loaded: Loaded) -> str | None:
    ends = loaded.definition.compiled.ends
    outcomes = [ends[end].outcome for end in loaded.runtime.outcome.ends if end in ends and ends[end].outcome]
    return outcomes[-1] if outcomes else None


def guarded(loaded: Loaded, work: Callable[[], T]) -> T:
    """Do one thing for an instance; whatever is no refusal meant for the person becomes a fault (R2).

    Errors: StepBroken; QmsError as `work` raises it.
    """
    try:
        return work()
    except EngineFault as error:
        cause = error.__cause__ if isinstance(error.__cause__, QmsError) else error
        raise StepBroken(loaded.row.id, error.element_id or None, cause) from error
    except (QmsError, OperationalError):  # the database was busy: the edge says so, nothing is broken
        raise
    except Exception as error:
        raise StepBroken(loaded.row.id, loaded.stands_at, error) from error


def _state_sentence(state: str) -> str:
    return {
        InstanceState.HELD.value: _("This is on hold. Resume it before anything moves on."),
        InstanceState.OVER.value: _("This has ended already; nothing in it can be changed."),
        InstanceState.CANCELLED.value: _("This was cancelled; nothing in it can be changed."),
    }[state]
