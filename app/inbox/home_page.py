"""Prepares the home page: the day in one sentence, what is next, what waits for others, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor, initials_of
from app.accounts.models import Person as PersonRow
from app.accounts.models import WebSession
from app.foundation.i18n import gettext as _
from app.inbox.filters import Filters, Tab
from app.inbox.home_notices import Notice, notices_for
from app.inbox.list_page import count_words, inbox_url, row_of
from app.inbox.queries import MOST_COUNTED, TaskLine, capped_count, principals_for, task_page
from app.inbox.start_page import StartTile, start_tiles
from app.inbox.words import day_sentence, role_inside
from app.records.changes import changes_since
from app.records.models import Record
from app.records.questions import questions_to
from app.records.register import registers
from app.records.stages import stages_of
from app.records.urls import icon_of, record_url
from app.training.confirming import ReadingLine, open_readings
from app.training.reading_page import reading_rows
from app.web.addresses import address
from app.web.dates import past_in_words
from app.web.parts import Deed, Link, Person, Stage, TaskRow
from app.web.reader import Reader
from app.workflow.models import InstanceState, ProcessInstance, Task, TaskState

NEXT = 3
WAITING = 5
READINGS = 5
TILES = 4
LONGEST = timedelta(days=14)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything the template of the home page draws. `verb` stands on the one filled button."""

    greeting: str
    sentence: str
    next_rows: tuple[TaskRow, ...]
    readings: tuple[TaskRow, ...]
    verb: str
    inbox: Link
    is_offered: bool
    waiting: tuple[TaskRow, ...]
    questions: tuple[Deed, ...]
    tiles: tuple[StartTile, ...]
    since: str
    changes: tuple[Deed, ...]
    notices: tuple[Notice, ...] = ()


def home_page(session: Session, actor: Actor, reader: Reader, *, now: datetime) -> HomePage:
    """Return the home page of a person."""
    mine = principals_for(actor, Tab.MINE)
    lines = task_page(session, actor, mine, Filters(), now=now, size=NEXT).lines
    is_offered = not lines
    if is_offered:
        offered = principals_for(actor, Tab.GROUPS)
        lines = task_page(session, actor, offered, Filters(), now=now, size=NEXT).lines
    count = capped_count(session, mine, Filters(), now=now)
    since = last_visit(session, actor, now)
    readings = open_readings(session, actor.id)
    return HomePage(
        greeting=_greeting(actor, reader, now),
        sentence=f"{_today(reader, now)} {_day(session, actor, reader, now, readings)}",
        next_rows=tuple(row_of(line, address("inbox.task", task_id=line.id)) for line in lines),
        readings=reading_rows(readings[:READINGS]),
        verb=_verb(lines),
        inbox=Link(
            _("All %(count)s in your inbox", count=count_words(count)) if count > NEXT else _("Your inbox"),
            inbox_url(Tab.GROUPS if is_offered else Tab.MINE, Filters()),
        ),
        is_offered=is_offered,
        waiting=tuple(_waiting(session, actor)),
        questions=tuple(_questions(session, actor)),
        tiles=tuple(start_tiles(actor)[:TILES]),
        since=_("Since %(moment)s", moment=past_in_words(since, now=now, reader=reader)),
        changes=tuple(_change(session, actor, since)),
        notices=notices_for(session, actor, now.date()),
    )


def last_visit(session: Session, actor: Actor, now: datetime) -> datetime:
    """Return when the person was here before the present session, at most two weeks ago."""
    earlier = session.scalar(
        select(func.max(WebSession.last_seen_at)).where(
            WebSession.person_id == actor.id, WebSession.id != (actor.session_id or 0)
        )
    )
    return max(earlier or now - WEEK, now - LONGEST)


def _greeting(actor: Actor, reader: Reader, now: datetime) -> str:
    hour = now.astimezone(reader.zone_info).hour
    name = actor.name.split()[0] if actor.name.split() else actor.name
    if hour < 12:
        return _("Good morning, %(name)s", name=name)
    if hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _today(reader: Reader, now: datetime) -> str:
    day = now.astimezone(reader.zone_info).date()
    return format_date(day, "EEEE d MMMM", locale=reader.babel_locale) + "."


def _day(
    session: Session, actor: Actor, reader: Reader, now: datetime, readings: Sequence[ReadingLine]
) -> str:
    mine = principals_for(actor, Tab.MINE)
    overdue = capped_count(session, mine, Filters(is_overdue=True), now=now)
    overdue += sum(line.due_at < now for line in readings)
    ahead = task_page(session, actor, mine, Filters(), now=now, after=(now, 0), size=MOST_COUNTED)
    last = (now.astimezone(reader.zone_info) + WEEK).date()
    moments = [line.due_at for line in ahead.lines] + [one.due_at for one in readings if one.due_at >= now]
    soon = sum(moment.astimezone(reader.zone_info).date() < last for moment in moments)
    return day_sentence(overdue, soon, MOST_COUNTED)


def _verb(lines: Sequence[TaskLine]) -> str:
    if not lines:
        return ""
    return _("Continue your draft") if lines[0].has_draft else _("Begin")


def _waiting(session: Session, actor: Actor) -> list[TaskRow]:
    rows = session.execute(
        select(Record, ProcessInstance)
        .join(
            ProcessInstance,
            (ProcessInstance.record_kind == Record.kind) & (ProcessInstance.record_id == Record.id),
        )
        .where(
            Record.opened_by_id == actor.id,
            Record.closed_at.is_(None),
            ProcessInstance.state.in_([InstanceState.OPEN.value, InstanceState.HELD.value]),
        )
        .order_by(Record.id.desc())
        .limit(WAITING)
    ).all()
    holders = _holders(session, [instance.id for _record, instance in rows])
    return [_waiting_row(session, record, instance, holders.get(instance.id)) for record, instance in rows]


def _holders(session: Session, instance_ids: Sequence[int]) -> dict[int, tuple[Task, str]]:
    if not instance_ids:
        return {}
    rows = session.execute(
        select(Task, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == Task.assignee_id)
        .where(Task.instance_id.in_(instance_ids), Task.state == TaskState.OPEN.value)
        .order_by(Task.due_at.desc())
    )
    return {task.instance_id: (task, name or "") for task, name in rows}


def _waiting_row(
    session: Session, record: Record, row: ProcessInstance, held: tuple[Task, str] | None
) -> TaskRow:
    register = registers.of_kind(record.kind)
    stages = stages_of(session, row, register)
    waits_for = (register.stands(record) if register else "") or _("Waiting for a date or another record")
    where = waits_for if held is None else _where(*held)
    return TaskRow(
        title=record.title,
        url=record_url(record.kind, record.id),
        icon=icon_of(record.kind),
        meta=(record.number, where),
        due=held[0].due_at if held else None,
        stages=tuple(Stage(place.name, place.state) for place in stages),
    )


def _where(task: Task, name: str) -> str:
    if name:
        return _("%(task)s: with %(name)s", task=task.title, name=name)
    return _("%(task)s: with the %(role)s", task=task.title, role=role_inside(task.role))


def _questions(session: Session, actor: Actor) -> list[Deed]:
    return [
        Deed(
            _("asks about"),
            asked.created_at,
            Person(name, initials_of(name)),
            icon="help",
            detail=asked.text,
            link=Link(f"{record.number} {record.title}", record_url(record.kind, record.id)),
        )
        for asked, record, name in questions_to(session, actor)
    ]


def _change(session: Session, actor: Actor, since: datetime) -> list[Deed]:
    return [
        Deed(
            change.text if change.who else _("Keel %(deed)s", deed=change.text),
            change.at,
            Person(change.who, initials_of(change.who)) if change.who else None,
            icon="circle-check",
            link=Link(f"{change.number} {change.title}", record_url(change.kind, change.record_id)),
        )
        for change in changes_since(session, actor, since)
    ]
