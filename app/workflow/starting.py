"""Starting an instance from its start form: the answers of the none-start event open the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select

from app.accounts.actor import Actor
from app.foundation.unit_of_work import UnitOfWork
from app.workflow import instances
from app.workflow.definitions import current
from app.workflow.form_contexts import start_context
from app.workflow.forms import validate
from app.workflow.models import ProcessInstance, Submission
from app.workflow.witnesses import submission_digest

# Sent with every start, so they are built once.
_EARLIER = (
    select(ProcessInstance.record_kind, ProcessInstance.record_id, ProcessInstance.id)
    .join(Submission, Submission.instance_id == ProcessInstance.id)
    .where(Submission.form_token == bindparam("form_token"), Submission.actor_id == bindparam("actor_id"))
)
_KEEP = insert(cast("Table", Submission.__table__))


@dataclass(frozen=True, slots=True)
class Started:
    """What came of a start form; `is_repeat` when the same form had arrived before."""

    record_kind: str
    record_id: int
    instance_id: int
    is_repeat: bool = False


def start_with_form(
    uow: UnitOfWork, key: str, actor: Actor, answers: Mapping[str, Any], *, form_token: str
) -> Started:
    """Validate the start form and start an instance with its answers as the record's first facts.

    Errors: NotPublished; AnswersInvalid with every field at fault; StepBroken.
    Effects: as `instances.start`, and one submission. The same form sent again gives the first answer.
    """
    earlier = _earlier(uow, form_token, actor.id)
    if earlier is not None:
        return earlier
    definition = current(uow.session, key)
    start_id = definition.compiled.start_id
    form = definition.forms[start_id]
    given = validate(form, answers, start_context(uow.session, actor, uow.now))
    values = {
        "definition_version_id": definition.version_id,
        "element_id": start_id,
        "answers": dict(given.values),
        "form_sha256": form.digest,
        "form_token": form_token,
        "actor_id": actor.id,
        "submitted_at": uow.now,
    }
    evidence = submission_digest(values)
    row = instances.start_definition(uow, definition, given.values, evidence=evidence)
    uow.connection.execute(_KEEP, {"instance_id": row.id, **values})
    return Started(row.record_kind, row.record_id, row.id)


def _earlier(uow: UnitOfWork, form_token: str, actor_id: int) -> Started | None:
    row = uow.connection.execute(_EARLIER, {"form_token": form_token, "actor_id": actor_id}).one_or_none()
    return row and Started(row.record_kind, row.record_id, row.id, is_repeat=True)
