"""The answers of a record as its forms show them, also those that no column holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.records.manifest import SignatureLine, by_task, manifest_of
from app.records.models import Record
from app.records.record_parts import signature_part
from app.workflow.definitions import definitions
from app.workflow.form_contexts import page_context
from app.workflow.forms.model import Kind
from app.workflow.forms.presentation import present
from app.workflow.forms.views import FieldView, FormView, Mode
from app.workflow.models import ProcessInstance, Submission, Task

_EMPTY: tuple[Any, ...] = (None, "", [], {}, False)


def details_of(
    session: Session, actor: Actor, record: Record, row: ProcessInstance, now: datetime
) -> list[FieldView]:
    """Return the record's answers without a column, with the labels of the forms that asked for them."""
    definition = definitions.get(session, row.definition_version_id)
    wanted = {key for key, value in (record.extra or {}).items() if value not in _EMPTY}
    found: dict[str, FieldView] = {}
    for spot in definition.form_spots:
        form = definition.form(spot)
        keys = {field.key for field in form.fields} & wanted - found.keys()
        if not keys:
            continue
        context = page_context(session, row, definition, spot, actor, now)
        shown = present(form, record.extra, context, mode=Mode.READ)
        fields = [view for section in shown.sections for view in section.fields]
        found |= {view.key: view for view in _flat(fields) if view.key in keys}
    return list(found.values())


def submitted_form(
    session: Session, actor: Actor, task: Task, now: datetime
) -> tuple[Submission, Any] | None:
    """Return what was submitted for a task and its form for reading, None when it was not completed."""
    given = session.scalars(select(Submission).where(Submission.task_id == task.id)).one_or_none()
    if given is None:
        return None
    row = session.get_one(ProcessInstance, given.instance_id)
    definition = definitions.get(session, given.definition_version_id)
    context = page_context(session, row, definition, given.spot, actor, now)
    form = definition.form(given.spot)
    shown = present(form, given.answers, context, mode=Mode.READ)
    return given, _signed(session, shown, task) if form.signature else shown


def _signed(session: Session, shown: FormView, task: Task) -> FormView:
    """Return the form with the signature that was given under it, at the place of its field."""
    line = by_task(manifest_of(session, task.record_kind, task.record_id)).get(task.id)
    if line is None:
        return shown
    sections = (replace(section, fields=_with_signature(section.fields, line)) for section in shown.sections)
    return replace(shown, sections=tuple(sections))


def _with_signature(views: Sequence[FieldView], line: SignatureLine) -> tuple[FieldView, ...]:
    return tuple(
        replace(view, signature=signature_part(line))
        if view.kind == Kind.SIGNATURE.value
        else replace(view, parts=_with_signature(view.parts, line))
        for view in views
    )


def _flat(views: list[FieldView]) -> list[FieldView]:
    return [one for view in views for one in (_flat(list(view.parts)) if view.kind == "group" else [view])]
