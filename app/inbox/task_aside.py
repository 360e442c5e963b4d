"""What stands beside the form of a task: why you, the record, what is linked, said and done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor, initials_of
from app.accounts.models import CandidateGroup
from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.inbox import words
from app.organisation.models import Site
from app.records.links import linked_records
from app.records.models import Record
from app.records.record_parts import point_part
from app.records.register import registers
from app.records.timeline import comments_of, story_of
from app.records.urls import icon_of, record_url, standing, status_word
from app.web.dates import exact_in_words
from app.web.parts import Chip, Deed, Fact, Linked, OpenPoint, Person, Reason
from app.web.reader import Reader
from app.workflow.competence import lack_of
from app.workflow.definitions import Definition
from app.workflow.lifecycle import registry
from app.workflow.models import ProcessInstance, Task
from app.workflow.policies import DEFAULT, policies

CLOSING = "close"


@dataclass(frozen=True, slots=True)
class Subject:
    """The task in hand with what belongs to it."""

    session: Session
    actor: Actor
    task: Task
    record: Record | None
    row: ProcessInstance
    definition: Definition
    now: datetime
    reader: Reader


def names_in(it: Subject) -> dict[int, str]:
    """Return the names of everybody the page mentions, by id."""
    task = it.task
    ids = {task.assignee_id, task.completed_by_id, task.draft_by_id, *it.actor.stands_in_for}
    if it.record is not None:
        ids |= {it.record.owner_id, it.record.opened_by_id}
    return names_of(it.session, sorted(one for one in ids if one))


def reasons(it: Subject) -> tuple[Reason, ...]:
    """Return why the task is here, until when, and what happens next."""
    task, site = it.task, _site(it)
    absent = task.assignee_id if task.assignee_id in it.actor.stands_in_for else None
    absent = absent or it.actor.borrowed_groups.get(task.candidate_group_id or 0)
    is_mine = task.assignee_id == it.actor.id
    group = it.session.get(CandidateGroup, task.candidate_group_id) if task.candidate_group_id else None
    title = words.why_title(
        task.why,
        task.role,
        is_mine=is_mine,
        stands_in_for=names_in(it).get(absent or 0, "") if absent else "",
    )
    told = policies.get(it.session, task.policy or DEFAULT, task.site_id)
    lack = lack_of(it.session, task, it.actor.id, it.now.date())
    unproven = Reason(icon="alert-triangle", title=_("Proof is missing"), text=lack.sentence if lack else "")
    return (
        *((unproven,) if lack else ()),
        Reason(
            icon="user",
            title=title,
            text=words.why_sentence(task.why, task.role, site, group_role=group.role if group else task.role),
        ),
        Reason(
            icon="clock-hour-4",
            title=_("Until %(moment)s", moment=exact_in_words(task.due_at, reader=it.reader)),
            text=_moved(it) + words.policy_sentence(told),
        ),
        Reason(
            icon="arrow-right",
            title=_("What happens next"),
            text=words.next_sentence(it.definition.compiled, task.spot.step_id),
        ),
    )


def _moved(it: Subject) -> str:
    if it.task.due_at == it.task.original_due_at:
        return ""
    was = exact_in_words(it.task.original_due_at, reader=it.reader)
    return _("It was %(moment)s first.", moment=was) + " "


def _site(it: Subject) -> str:
    return it.session.scalar(select(Site.name).where(Site.id == it.task.site_id)) or ""


def facts(it: Subject) -> tuple[Fact, ...]:
    """Return what the record is, in a few lines."""
    task, record = it.task, it.record
    found = [Fact(_("Number"), task.record_number)]
    if record is not None:
        names = names_in(it)
        opened = record.opened_at.astimezone(it.reader.zone_info).date()
        found.append(Fact(_("Opened"), exact_in_words(opened, reader=it.reader)))
        if site := _site(it):
            found.append(Fact(_("Site"), site))
        for label, person in ((_("Owner"), record.owner_id), (_("Reported by"), record.opened_by_id)):
            if person:
                name = names.get(person, "")
                found.append(Fact(label, name, person=Person(name, initials_of(name))))
        found.append(Fact(_("Stage"), standing(record)))
        register = registers.of_kind(record.kind)
        found += [one for one in register.facts(it.session, record) if one.url] if register else []
    clause = it.definition.user_task(task.spot).clause
    return (*found, Fact(_("Clause"), clause)) if clause else tuple(found)


def linked(it: Subject) -> tuple[Linked, ...]:
    """Return what the record is linked to, as far as the person may see."""
    if it.record is None:
        return ()
    return tuple(
        Linked(
            icon=icon_of(one.record_kind),
            number=one.number,
            url=record_url(one.record_kind, one.record_id),
            title=f"{one.words}: {one.title}",
            chip=Chip(status_word(one.record_kind, one.status), "ok" if one.is_closed else ""),
        )
        for one in linked_records(it.session, it.actor, it.record.id)
    )


def open_points(it: Subject) -> tuple[OpenPoint, ...]:
    """Return beside a closing step what stands between the record and its end, and what is done."""
    spec = it.definition.user_task(it.task.spot)
    if it.record is None or spec.duty != CLOSING:
        return ()
    return tuple(point_part(one) for one in registry.open_points(it.session, it.record.kind, it.record.id))


def history(it: Subject) -> tuple[Deed, ...]:
    """Return what was done so far, latest first."""
    if it.record is None:
        return ()
    lines = story_of(it.session, it.record.kind, it.record.id, limit=20)
    return tuple(
        Deed(line.told, line.at, _person(line.who), icon="circle-check")
        for line in lines
        if line.kind not in {"comment", "question", "rule"}
    )[:6]


def comments(it: Subject) -> tuple[Deed, ...]:
    """Return what was said and asked about the record, latest first."""
    if it.record is None:
        return ()
    return tuple(
        Deed(line.text, line.at, _person(line.who), icon="message-2", detail=line.detail)
        for line in comments_of(it.session, it.record.id, limit=10)
    )


def _person(name: str) -> Person | None:
    return Person(name, initials_of(name)) if name else None
