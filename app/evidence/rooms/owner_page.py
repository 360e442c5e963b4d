"""Prepares what the owner of rooms sees: the list, the form, one room with what was looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.people import names_of
from app.evidence.clauses import Edition, editions
from app.evidence.rooms.models import AuditRoom
from app.evidence.rooms.rooms import OPEN, looks_at
from app.foundation.i18n import gettext as _
from app.organisation.models import BusinessProcess, Site
from app.records.register import registers
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.forms import text_field
from app.web.parts import Chip, Column, Link

MOST_LOOKS = 500
FORTNIGHT = timedelta(days=14)
SITE, PROCESS, CLAUSE, KIND = "site_", "process_", "clause_", "kind_"


def room_columns() -> tuple[Column, ...]:
    """Return the columns of the list of rooms."""
    return (
        Column("room", _("Room"), "link"),
        Column("guest", _("Guest")),
        Column("state", _("State"), "chip"),
        Column("first", _("From"), "date"),
        Column("last", _("To"), "date"),
    )


def room_rows(session: Session, rooms: Sequence[AuditRoom], today: date) -> Sequence[Mapping[str, Any]]:
    """Return rooms as rows of that list."""
    names = names_of(session, sorted({one.guest_id for one in rooms}))
    return [
        {
            "room": Link(one.title, address("audit_rooms.page", room_id=one.id)),
            "guest": names.get(one.guest_id, ""),
            "state": state_of(one, today),
            "first": one.first,
            "last": one.last,
        }
        for one in rooms
    ]


def state_of(room: AuditRoom, today: date) -> Chip:
    """Return whether a room is open, in words."""
    if room.closed_at is not None or room.last < today:
        return Chip(_("closed"), "line", icon="lock")
    if room.first > today:
        return Chip(_("opens later"), "note")
    return Chip(_("open"), "ok", icon="door")


def guest_words(session: Session, room: AuditRoom) -> str:
    """Return who the guest is."""
    person = session.get_one(Person, room.guest_id)
    return ", ".join(one for one in (person.name, room.organisation) if one)


def look_columns() -> tuple[Column, ...]:
    """Return the columns of what was looked at."""
    return (Column("what", _("What")), Column("when", _("When"), "past"))


def look_rows(session: Session, room: AuditRoom) -> Sequence[Mapping[str, Any]]:
    """Return what was looked at in a room, the latest first."""
    words = {
        "entrance": _("the entrance"),
        "records": _("the list of records"),
        "record": _("record"),
        "pack": _("evidence pack of"),
        "file": _("file"),
        "documents": _("the list of documents"),
        "trail": _("the trail"),
    }
    rows = []
    for one in looks_at(session, room, MOST_LOOKS):
        told = json.loads(one.after or "{}")
        page = str(told.get("page", ""))
        rows.append({"what": f"{words.get(page, page)} {told.get('about', '')}".strip(), "when": one.at})
    return rows


def room_fields(today: date) -> Sequence[FieldView]:
    """Return the fields of the form besides its limits."""
    return (
        text_field(
            "title", _("Name of the room"), is_required=True, help=_("Such as: certification audit 2026")
        ),
        text_field("name", _("Name of the auditor"), is_required=True),
        text_field("organisation", _("Comes from"), need=_("optional")),
        text_field("user_name", _("User name"), is_required=True),
        text_field(
            "mail",
            _("Mail address"),
            need=_("optional"),
            subtype="email",
            help=_("Without one, Keel prints a code to begin with."),
        ),
        text_field("first", _("Open from"), today.isoformat(), subtype="date", is_required=True),
        text_field(
            "last", _("Open until"), (today + FORTNIGHT).isoformat(), subtype="date", is_required=True
        ),
        FieldView(
            "edition",
            "select",
            _("Edition"),
            "2015",
            is_required=True,
            options=tuple(Option(one.key, one.title) for one in editions().values()),
        ),
        text_field("records_first", _("Records opened or closed from"), subtype="date", need=_("optional")),
        text_field("records_last", _("until"), subtype="date", need=_("optional")),
    )


def limit_fields(
    session: Session, actor: Actor, edition: Edition, typed: Mapping[str, str]
) -> Sequence[tuple[str, Sequence[FieldView]]]:
    """Return the boxes to tick for each limit of a room; none ticked does not limit."""
    allowed = policy.sites_for(actor, OPEN)
    sites = session.execute(select(Site.id, Site.name).where(Site.is_active).order_by(Site.name))
    processes = session.execute(
        select(BusinessProcess.id, BusinessProcess.name)
        .where(BusinessProcess.is_active)
        .order_by(BusinessProcess.name)
    )
    groups = (
        (
            _("Sites"),
            [(f"{SITE}{one.id}", one.name) for one in sites if allowed is policy.ALL or one.id in allowed],
        ),
        (_("Processes"), [(f"{PROCESS}{one.id}", one.name) for one in processes]),
        (_("Kinds of record"), [(f"{KIND}{one.kind}", one.title()) for one in registers.all()]),
        (
            _("Clauses"),
            [
                (f"{CLAUSE}{one.number}", f"{one.number} {one.title}")
                for one in edition.clauses
                if one.is_requirement
            ],
        ),
    )
    return [
        (name, [FieldView(key, "checkbox", label, key in typed) for key, label in boxes])
        for name, boxes in groups
    ]
