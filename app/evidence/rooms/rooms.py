"""Opens and closes rooms, finds the room of a guest, and notes every look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import invitations, policy
from app.accounts.actor import Actor
from app.accounts.grants import GrantOrder, give
from app.accounts.invitations import Door
from app.accounts.models import Person, RoleGrant
from app.accounts.people import Details
from app.accounts.roles import Role
from app.accounts.sessions import end_all
from app.evidence.rooms.models import AuditRoom
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.trail.models import TrailEntry

OPEN = "rooms.open"
LOOKED = "audit_room.looked"
LONGEST_DAYS = 366


class RoomUnknown(NotFound):
    """There is no such room, or it is not for this person."""


class RoomClosed(NotFound):
    """The guest has no room that is open today."""


class RoomInvalid(Invalid):
    """The room cannot be opened like this; all problems are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOrder:
    """What is to be opened, and for whom. Shape: as the columns of `AuditRoom`."""

    title: str
    guest: Details
    organisation: str
    edition: str
    first: date
    last: date
    site_ids: tuple[int, ...] = ()
    process_ids: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    records_first: date | None = None
    records_last: date | None = None


def open_room(uow: UnitOfWork, actor: Actor, order: RoomOrder, base_url: str) -> tuple[AuditRoom, Door]:
    """Open a room, take its guest on, and return how they get in.

    Errors: RoomInvalid; PersonInvalid.
    Effects: a person who is a guest, with a role from the first day to the last; an invitation; the room;
        trail entries for each.
    """
    _require_valid(uow, actor, order)
    door = invitations.invite(uow, order.guest, base_url)
    person = uow.session.get_one(Person, door.person_id)
    person.is_guest = True
    give(
        uow,
        person.id,
        GrantOrder(Role.EXTERNAL_AUDITOR, None, starts_on=uow.now.date(), ends_on=order.last),
    )
    room = AuditRoom(
        title=order.title,
        guest_id=person.id,
        organisation=order.organisation,
        edition=order.edition,
        site_ids=list(order.site_ids),
        process_ids=list(order.process_ids),
        clauses=list(order.clauses),
        kinds=list(order.kinds),
        records_first=order.records_first,
        records_last=order.records_last,
        first=order.first,
        last=order.last,
        opened_by_id=actor.id,
        opened_at=uow.now,
    )
    uow.session.add(room)
    uow.session.flush()  # the trail names it
    record(uow, verb="audit_room.opened", subject=subject_of(room), after=values_of(room))
    return room, door


def close_room(uow: UnitOfWork, room: AuditRoom) -> None:
    """Close a room at once. Safe to call again.

    Effects: the guest's sessions end and their role is withdrawn; a trail entry.
    """
    if room.closed_at is not None:
        return
    room.closed_at, room.closed_by_id = uow.now, uow.actor_id
    grants = select(RoleGrant).where(
        RoleGrant.person_id == room.guest_id, RoleGrant.role == Role.EXTERNAL_AUDITOR.value
    )
    for grant in uow.session.scalars(grants):
        grant.withdrawn_at = grant.withdrawn_at or uow.now
    end_all(uow, room.guest_id)
    record(uow, verb="audit_room.closed", subject=subject_of(room))


def close_due(uow: UnitOfWork) -> int:
    """Close the rooms whose last day is over; return how many. Safe to call again."""
    rooms = uow.session.scalars(
        select(AuditRoom).where(AuditRoom.closed_at.is_(None), AuditRoom.last < uow.now.date())
    ).all()
    for room in rooms:
        close_room(uow, room)
    return len(rooms)


def rooms_for(session: Session, actor: Actor) -> Sequence[AuditRoom]:
    """Return the rooms a person may look after: those they could have opened, the latest first."""
    rows = session.scalars(select(AuditRoom).order_by(AuditRoom.id.desc())).all()
    return [one for one in rows if _is_theirs(actor, one)]


def room_of(session: Session, actor: Actor, room_id: int) -> AuditRoom:
    """Return a room that a person may look after. Errors: RoomUnknown."""
    row = session.get(AuditRoom, room_id)
    if row is None or not _is_theirs(actor, row):
        raise RoomUnknown(_("There is no such room, or it is not for you to see."))
    return row


def room_of_guest(session: Session, actor: Actor, today: date) -> AuditRoom:
    """Return the room that is open for a guest today. Errors: RoomClosed."""
    row = session.scalars(
        select(AuditRoom)
        .where(
            AuditRoom.guest_id == actor.id,
            AuditRoom.closed_at.is_(None),
            AuditRoom.first <= today,
            AuditRoom.last >= today,
        )
        .order_by(AuditRoom.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise RoomClosed(_("No audit room is open for you today. Ask the person who invited you."))
    return row


def look(uow: UnitOfWork, room: AuditRoom, page: str, about: str = "") -> None:
    """Note that the guest looked at something. Effects: a trail entry."""
    record(uow, verb=LOOKED, subject=subject_of(room), after={"page": page, "about": about})


def looks_at(session: Session, room: AuditRoom, most: int) -> Sequence[TrailEntry]:
    """Return what was looked at in a room, the latest first."""
    return session.scalars(
        select(TrailEntry)
        .where(TrailEntry.subject_kind == "audit_room", TrailEntry.subject_id == str(room.id))
        .where(TrailEntry.verb.in_((LOOKED, "evidence.pack_made")))
        .order_by(TrailEntry.seq.desc())
        .limit(most)
    ).all()


def subject_of(room: AuditRoom) -> Subject:
    """Return a room as the trail names it."""
    return Subject("audit_room", room.id, room.title)


def values_of(room: AuditRoom) -> dict[str, object]:
    """Return what the trail keeps of a room that was opened."""
    return {
        "guest": room.guest_id,
        "first": room.first,
        "last": room.last,
        "sites": room.site_ids,
        "processes": room.process_ids,
        "clauses": room.clauses,
        "kinds": room.kinds,
        "records_first": room.records_first,
        "records_last": room.records_last,
    }


def _is_theirs(actor: Actor, room: AuditRoom) -> bool:
    sites = policy.sites_for(actor, OPEN)
    return sites is policy.ALL or (bool(room.site_ids) and set(room.site_ids) <= sites)


def _require_valid(uow: UnitOfWork, actor: Actor, order: RoomOrder) -> None:
    problems = []
    if order.last < order.first:
        problems.append(Problem("last", "span", _("The last day comes before the first.")))
    if order.last < uow.now.date():
        problems.append(Problem("last", "past", _("The last day is over.")))
    if (order.last - order.first).days > LONGEST_DAYS:
        problems.append(Problem("last", "long", _("A room is open for a year at most.")))
    if (order.records_first is None) != (order.records_last is None):
        problems.append(Problem("records_last", "span", _("Give both days of the records, or none.")))
    sites = policy.sites_for(actor, OPEN)
    if sites is not policy.ALL and (not order.site_ids or not set(order.site_ids) <= sites):
        sentence = _("You may open rooms for your own sites only: choose among them.")
        problems.append(Problem("sites", "sites", sentence))
    if problems:
        raise RoomInvalid(_("The room was not opened."), problems)
