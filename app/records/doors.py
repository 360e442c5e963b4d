"""Where one can go from a record: its place in the diagram, and asking for more time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.records.models import Record
from app.records.register import registers
from app.records.stages import instance_of
from app.records.visibility import scope_of
from app.web.addresses import address
from app.web.parts import Link
from app.workflow.definitions import NotPublished, current
from app.workflow.forms.model import RecordSettings
from app.workflow.lifecycle import registry

EXTENSION = "extension"  # the small lifecycle that moves a day; its start form names the record
SUBJECT = "subject_id"
PACK = "evidence.pack"  # made above, where all of a record's story can be read


def doors_of(session: Session, actor: Actor, record: Record) -> list[Link]:
    """Return what the menu of a record page offers this person."""
    found = []
    row = instance_of(session, record)
    if row is not None and policy.can(actor, "instances.read", scope_of(record)):
        found.append(Link(_("Where it stands"), address("instances.page", instance_id=row.id)))
    if record.closed_at is None and record.due_at is not None and record.kind in _extensible(session):
        subject = {SUBJECT: f"{record.kind}:{record.id}"}
        found.append(Link(_("Ask for more time"), address("start.form", key=EXTENSION, **subject)))
    register = registers.of_kind(record.kind)
    return [*(register.doors(session, actor, record) if register else ()), *found]


def pack_door(actor: Actor, record: Record) -> str:
    """Return where the evidence pack of a record is made, empty for who may not take it."""
    if not policy.can(actor, "evidence.read", scope_of(record)):
        return ""
    return address(PACK, record_id=record.id)


def _extensible(session: Session) -> tuple[str, ...]:
    """Return the kinds of record that the form of an extension lets one name."""
    if all(lifecycle.key != EXTENSION for lifecycle in registry.all()):
        return ()
    try:
        definition = current(session, EXTENSION)
    except NotPublished:
        return ()
    field = definition.forms[definition.compiled.start_id].by_key().get(SUBJECT)
    return field.settings.kinds if field and isinstance(field.settings, RecordSettings) else ()
