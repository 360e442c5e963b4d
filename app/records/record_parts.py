"""The parts of a record page as the kit draws them: tasks, files, links, open points, deeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import initials_of
from app.accounts.models import Person as PersonRow
from app.foundation.i18n import gettext as _
from app.records.links import LinkedRecord
from app.records.manifest import SignatureLine
from app.records.models import Record
from app.records.service import AttachedFile
from app.records.timeline import StoryLine
from app.records.urls import icon_of, record_url, status_word
from app.web.addresses import address
from app.web.parts import Chip, Column, Deed, Link, Linked, OpenPoint, Person, Signature
from app.workflow.lifecycle import OpenPoint as OpenPointFact
from app.workflow.models import Task, TaskState

_SIGNS = {
    "instance": {"icon": "player-play"},
    "task": {"icon": "hand-grab"},
    "record": {"icon": "file-text"},
    "rule": {"icon": "arrows-split-2"},
    "done": {"icon": "circle-check"},
    "comment": {"icon": "message-2"},
    "question": {"icon": "help"},
    "": {"icon": "point"},
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as the list shows it."""

    id: int
    name: str
    url: str
    note: str


def linked_part(one: LinkedRecord) -> Linked:
    """Return a linked record as the kit draws it."""
    word = status_word(one.record_kind, one.status)
    return Linked(
        icon=icon_of(one.record_kind),
        number=one.number,
        url=record_url(one.record_kind, one.record_id),
        title=f"{one.words}: {one.title}",
        chip=Chip(word, "ok" if one.is_closed else ""),
    )


def point_part(one: OpenPointFact) -> OpenPoint:
    """Return an open point with the door to it."""
    door = None
    if one.link_kind == "task" and one.link_id is not None:
        door = Link(_("Open task"), address("inbox.task", task_id=one.link_id))
    elif one.link_kind and one.link_id is not None:
        door = Link(_("Open"), record_url(one.link_kind, one.link_id))
    return OpenPoint(one.sentence, "met" if one.is_met else "open", door=door)


def open_words(points: Sequence[OpenPointFact]) -> str:
    """Return how many points are unmet, in words; nothing when there are none."""
    unmet = sum(not one.is_met for one in points)
    if not points:
        return ""
    return _("%(unmet)s of %(all)s open", unmet=unmet, all=len(points)) if unmet else _("all met")


def tasks_of(session: Session, record: Record) -> list[tuple[Task, dict[str, str]]]:
    """Return the tasks of a record, latest first, with the name of who has each."""
    rows = session.execute(
        select(Task, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == Task.assignee_id)
        .where(Task.record_kind == record.kind, Task.record_id == record.id)
        .order_by(Task.id.desc())
        .limit(200)
    )
    return [(task, {"assignee": name or ""}) for task, name in rows]


def task_columns() -> tuple[Column, ...]:
    """Return the columns of the table of tasks."""
    return (
        Column("title", _("Task"), "link"),
        Column("state", _("State"), "chip"),
        Column("who", _("Who"), "person"),
        Column("when", _("Due or done"), "past"),
    )


def task_row(task: Task, names: dict[str, str]) -> dict[str, object]:
    """Return a task as a row of that table."""
    words = {
        TaskState.OPEN.value: Chip(_("open"), "accent"),
        TaskState.DONE.value: Chip(_("done"), "ok", icon="check"),
        TaskState.CANCELLED.value: Chip(_("not needed any longer")),
    }
    name = names["assignee"]
    return {
        "title": Link(task.title, address("inbox.task", task_id=task.id)),
        "state": words[task.state],
        "who": Person(name, initials_of(name)) if name else None,
        "when": task.completed_at or task.due_at,
    }


def file_line(record_id: int, one: AttachedFile) -> FileLine:
    """Return a file as the list shows it."""
    size = _("%(size)s KB", size=max(1, one.size // 1024))
    url = address("records.file", record_id=record_id, file_id=one.file_id)
    return FileLine(one.id, one.name, url, size)


def deed_part(line: StoryLine) -> Deed:
    """Return a line of the story as the kit draws it."""
    sign = _SIGNS.get(line.kind, _SIGNS[""])
    person = Person(line.who, initials_of(line.who)) if line.who else None
    signatures = (signature_part(line.signature),) if line.signature else ()
    return Deed(line.told, line.at, person, icon=sign["icon"], detail=line.detail, signatures=signatures)


def signature_part(signed: SignatureLine) -> Signature:
    """Return a signature of the manifest as the kit draws it."""
    return Signature(
        name=signed.printed_name,
        meaning=signed.meaning_words,
        at=signed.signed_at,
        method=signed.method_words,
        mark=signed.mark,
        form=_("version %(version)s", version=signed.version),
        on_behalf_of=signed.on_behalf_of,
        about=signed.about,
        time=signed.local_time,
        reason=signed.reason,
        is_refusal=signed.is_refusal,
        is_valid=signed.is_valid,
        state=signed.state_words,
        sha256=signed.record_sha256,
    )
