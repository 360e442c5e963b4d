"""What a form is filled in against: the record, earlier answers, and the people and records it may name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.workflow.definitions import Definition
from app.workflow.forms import FormContext
from app.workflow.lifecycle import registry
from app.workflow.loaded import Loaded
from app.workflow.models import ProcessInstance, Task
from app.workflow.scope import Scope
from app.workflow.spots import Spot


def form_context(loaded: Loaded, task: Task, actor: Actor) -> FormContext:
    """Return the context of a task's form during the act that completes it."""
    return _context(loaded.scope, loaded.definition, task.spot, loaded.uow.session, actor, loaded.uow.now)


def page_context(
    session: Session,
    row: ProcessInstance,
    definition: Definition,
    spot: Spot,
    actor: Actor,
    now: datetime,
) -> FormContext:
    """Return the context of a task's form for a page that only shows it."""
    lifecycle = registry.get(row.definition_key)
    view = lifecycle.ports.read_record(session, row.record_id)
    scope = Scope(session, row, definition, lifecycle, view)
    return _context(scope, definition, spot, session, actor, now)


def start_context(session: Session, actor: Actor, now: datetime) -> FormContext:
    """Return the context of a start form: there is no record yet, only people and records to name."""
    return FormContext(
        now=now, zone=actor.zone_info, directory=registry.directory(session, actor, actor.site_id)
    )


def _context(
    scope: Scope, definition: Definition, spot: Spot, session: Session, actor: Actor, now: datetime
) -> FormContext:
    names = scope.names_of_form(spot.call_id, with_tasks=b"task." in definition.form_text(spot))
    return FormContext(
        now=now,
        zone=actor.zone_info,
        record=names["record"],
        task=names["task"],
        settings=names["settings"],
        decision=names["decision"],
        directory=registry.directory(session, actor, scope.record.site_id),
    )
