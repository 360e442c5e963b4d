"""Prepares the page of a record: plain values only, nothing a template would have to look up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor, initials_of
from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import BusinessProcess, Site
from app.records.details import details_of
from app.records.links import LinkedRecord, linked_records
from app.records.manifest import manifest_of
from app.records.models import Record
from app.records.panels import Panel, panels
from app.records.record_parts import (
    FileLine,
    deed_part,
    file_line,
    linked_part,
    open_words,
    point_part,
    signature_part,
    task_columns,
    task_row,
    tasks_of,
)
from app.records.register import RecordText, Register, Section, registers
from app.records.service import files_of, is_watching
from app.records.stages import StagePlace, diagram_of, instance_of, stages_of
from app.records.timeline import story_of
from app.records.urls import record_url, register_url, standing
from app.records.usual import severity_part
from app.web.dates import day_in_words, exact_in_words
from app.web.parts import (
    Chip,
    Column,
    Deed,
    Fact,
    Link,
    Linked,
    OpenPoint,
    Person,
    Severity,
    Signature,
    Stage,
    Tab,
)
from app.web.reader import Reader
from app.workflow.forms.views import FieldView
from app.workflow.lifecycle import registry
from app.workflow.models import InstanceState, ProcessInstance

SUMMARY, TASKS, FILES, STORY = "summary", "tasks", "files", "timeline"
SHORT_STORY = 8


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything the templates of a record draw. Parts that the tab does not show are empty."""

    id: int
    number: str
    title: str
    url: str
    crumbs: tuple[Link, ...]
    severity: Severity | None
    chips: tuple[Chip, ...]
    stages: tuple[Stage, ...]
    facts: tuple[Fact, ...]
    tabs: tuple[Tab, ...]
    part: str
    open_points: tuple[OpenPoint, ...]
    open_words: str
    sections: tuple[Section, ...]
    panels: tuple[Panel, ...]
    details: tuple[FieldView, ...]
    linked: tuple[Linked, ...]
    task_columns: tuple[Column, ...]
    tasks: tuple[dict[str, object], ...]
    files: tuple[FileLine, ...]
    deeds: tuple[Deed, ...]
    has_more_deeds: bool
    signatures: tuple[Signature, ...]
    diagram: str
    is_watching: bool
    is_restricted: bool
    text: RecordText | None


def record_page(
    session: Session, actor: Actor, record: Record, reader: Reader, *, part: str, now: datetime
) -> RecordPage:
    """Return the page of a record that the caller has found visible; `part` is the tab."""
    register = registers.of_kind(record.kind)
    row = instance_of(session, record)
    linked = linked_records(session, actor, record.id)
    files = files_of(session, record.id)
    tasks = tasks_of(session, record)
    signed = manifest_of(session, record.kind, record.id)
    story = story_of(session, record.kind, record.id, signatures=signed)
    part = part if part in {SUMMARY, TASKS, FILES, STORY} or _kinds(linked, part) else SUMMARY
    url = record_url(record.kind, record.id)
    points = [] if record.closed_at else registry.open_points(session, record.kind, record.id)
    shown = story if part == STORY else story[:SHORT_STORY]
    return RecordPage(
        id=record.id,
        number=record.number,
        title=record.title,
        url=url,
        crumbs=_crumbs(register, record),
        severity=severity_part(record.severity),
        chips=(*_chips(session, record), *(register.chips(session, record) if register else ())),
        stages=_stages(stages_of(session, row, register), reader, now),
        facts=(
            *_facts(session, record, row, reader, now),
            *(register.facts(session, record) if register else ()),
        ),
        tabs=_tabs(url, part, linked, len(tasks), len(files)),
        part=part,
        open_points=tuple(point_part(one) for one in points),
        open_words=open_words(points),
        sections=tuple(register.sections(session, record) if register else ()),
        panels=panels.of(session, record, now) if part == SUMMARY else (),
        details=tuple(details_of(session, actor, record, row, now)) if row and part == SUMMARY else (),
        linked=tuple(linked_part(one) for one in _of_part(linked, part)),
        task_columns=task_columns(),
        tasks=tuple(task_row(task, names) for task, names in tasks),
        files=tuple(file_line(record.id, one) for one in files),
        deeds=tuple(deed_part(line) for line in shown),
        has_more_deeds=len(story) > len(shown),
        signatures=tuple(signature_part(one) for one in signed),
        diagram=diagram_of(session, row) if row and part == TASKS else "",
        is_watching=is_watching(session, record.id, actor.id),
        is_restricted=bool(record.restricted_to),
        text=register.text(session, record) if register and part == SUMMARY else None,
    )


def _crumbs(register: Register | None, record: Record) -> tuple[Link, ...]:
    if register is None:
        return (Link(record.number),)
    group = (Link(register.group()),) if register.group else ()
    return (*group, Link(register.title(), register_url(register)), Link(record.number))


def _chips(session: Session, record: Record) -> list[Chip]:
    found = [Chip(standing(record), "ok" if record.closed_at else "accent")]
    places = [
        session.scalar(select(Site.name).where(Site.id == record.site_id)),
        session.scalar(select(BusinessProcess.name).where(BusinessProcess.id == record.process_id)),
    ]
    if named := ", ".join(place for place in places if place):
        found.append(Chip(named, "line", icon="map-pin"))
    if record.restricted_to:
        found.append(Chip(_("Restricted"), "warn", icon="lock"))
    if record.is_imported:
        found.append(Chip(_("Imported"), "line", icon="database-import"))
    return found


def _stages(places: Sequence[StagePlace], reader: Reader, now: datetime) -> tuple[Stage, ...]:
    today = now.astimezone(reader.zone_info).date()
    return tuple(
        Stage(
            place.name,
            place.state,
            day_in_words(place.since.astimezone(reader.zone_info).date(), today=today, reader=reader)
            if place.since
            else "",
        )
        for place in places
    )


def _facts(
    session: Session, record: Record, row: ProcessInstance | None, reader: Reader, now: datetime
) -> list[Fact]:
    names = names_of(session, [one for one in (record.owner_id, record.opened_by_id) if one])
    found = []
    for label, person_id in ((_("Owner"), record.owner_id), (_("Reported by"), record.opened_by_id)):
        if person_id:
            name = names.get(person_id, "")
            found.append(Fact(label, name, person=Person(name, initials_of(name))))
    zone = reader.zone_info
    found.append(Fact(_("Opened"), exact_in_words(record.opened_at.astimezone(zone).date(), reader=reader)))
    if record.due_at:
        note = ""
        if record.original_due_at and record.original_due_at != record.due_at:
            was = record.original_due_at.astimezone(zone).date()
            note = _("was %(day)s", day=exact_in_words(was, reader=reader))
        due = record.due_at.astimezone(zone).date()
        found.append(Fact(_("Due"), exact_in_words(due, reader=reader), note=note))
    age = (record.closed_at or now) - record.opened_at
    found.append(Fact(_("Age"), ngettext("%(num)s day", "%(num)s days", max(age.days, 0))))
    if row is not None and row.state == InstanceState.HELD.value:
        found.append(Fact(_("At the moment"), _("On hold")))
    return found


def _tabs(url: str, part: str, linked: Sequence[LinkedRecord], tasks: int, files: int) -> tuple[Tab, ...]:
    def tab(key: str, label: str, count: int | None = None) -> Tab:
        return Tab(label, url if key == SUMMARY else f"{url}?part={key}", key == part, count)

    kinds = [
        tab(register.kind, register.title(), count)
        for register in registers.all()
        if (count := sum(one.record_kind == register.kind for one in linked))
    ]
    return (
        tab(SUMMARY, _("Summary")),
        tab(TASKS, _("Tasks"), tasks),
        *kinds,
        tab(FILES, _("Files"), files),
        tab(STORY, _("Timeline")),
    )


def _kinds(linked: Sequence[LinkedRecord], part: str) -> bool:
    return any(one.record_kind == part for one in linked)


def _of_part(linked: Sequence[LinkedRecord], part: str) -> list[LinkedRecord]:
    return [one for one in linked if part in {SUMMARY, STORY, one.record_kind}]
