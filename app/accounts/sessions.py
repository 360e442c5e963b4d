"""Signed-in browsers: begin, load, end. The cookie's value is never stored, only its digest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from app.accounts.actor import Actor, initials_of
from app.accounts.digests import digest_of, make_secret
from app.accounts.groups import groups_of
from app.accounts.models import Person, WebSession
from app.foundation.durations import Duration
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, values_of
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record

IDLE = Setting("sessions.idle", Duration.parse("PT30M"), Duration, "Sign out after this time without use")
ABSOLUTE = Setting("sessions.absolute", Duration.parse("PT12H"), Duration, "Sign out after this time")
SETTINGS = (IDLE, ABSOLUTE)
SEEN_EVERY = timedelta(minutes=1)
BROWSER_LENGTH = 200
ADDRESS_LENGTH = 64


_PERSON = (
    Person.id,
    Person.name,
    Person.user_name,
    Person.zone,
    Person.locale,
    Person.theme,
    Person.site_id,
    Person.is_guest,
)

# Asked with every request: building it takes several times as long as answering it.
_OPEN_SESSION = (
    select(WebSession.id.label("session_id"), WebSession.last_seen_at, WebSession.idle_seconds, *_PERSON)
    .join(Person, Person.id == WebSession.person_id)
    .where(
        WebSession.digest == bindparam("digest"),
        WebSession.ended_at.is_(None),
        WebSession.expires_at > bindparam("now"),
        Person.is_active,
    )
)


class SessionUnknown(NotFound):
    """The session does not exist or belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it in the list."""

    id: int
    browser: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


def begin(uow: UnitOfWork, person_id: int, *, browser: str, address: str, replaces: int | None = None) -> str:
    """Open a session and return the secret for the cookie; it is not kept anywhere.

    Effects: one row, one trail entry; the browser's former session, if it had one, ends.
    """
    if replaces is not None:
        uow.session.execute(
            update(WebSession)
            .where(WebSession.id == replaces, WebSession.ended_at.is_(None))
            .values(ended_at=uow.now)
        )
    limits = values_of(uow.session, SETTINGS)
    secret = make_secret()
    uow.session.add(
        WebSession(
            person_id=person_id,
            digest=digest_of(secret),
            browser=browser[:BROWSER_LENGTH],
            address=address[:ADDRESS_LENGTH],
            created_at=uow.now,
            last_seen_at=uow.now,
            expires_at=uow.now + limits[ABSOLUTE.key].span,
            idle_seconds=int(limits[IDLE.key].span.total_seconds()),
        )
    )
    person = uow.session.get_one(Person, person_id)
    record(uow, verb="person.signed_in", subject=_subject(person), after={"address": address})
    return secret


def load(session: Session, secret: str, now: datetime) -> Actor | None:
    """Return the person behind a cookie, or None when the session is over or the person disabled.

    Shape: two statements, one for session and person, one for grants and groups.
    """
    row = session.connection().execute(_OPEN_SESSION, {"digest": digest_of(secret), "now": now}).one_or_none()
    if row is None or row.last_seen_at + timedelta(seconds=row.idle_seconds) <= now:
        return None
    actor = _actor(session, row, now)
    return replace(actor, session_id=row.session_id, last_seen_at=row.last_seen_at)


def is_open(session: Session, session_id: int, now: datetime) -> bool:
    """Tell whether a session has neither ended nor run out, whatever a request found when it began."""
    return bool(
        session.scalar(
            select(WebSession.id).where(
                WebSession.id == session_id, WebSession.ended_at.is_(None), WebSession.expires_at > now
            )
        )
    )


def touch(uow: UnitOfWork, session_id: int) -> None:
    """Note that a session is in use; runs outside the request's reading session."""
    uow.session.execute(update(WebSession).where(WebSession.id == session_id).values(last_seen_at=uow.now))


def is_touch_due(actor: Actor, now: datetime) -> bool:
    """Tell whether the last use was noted too long ago."""
    return actor.last_seen_at is not None and now - actor.last_seen_at >= SEEN_EVERY


def end(uow: UnitOfWork, person_id: int, session_id: int) -> None:
    """End one session of a person.

    Errors: SessionUnknown. Effects: a trail entry. Safe to call again.
    """
    row = uow.session.get(WebSession, session_id)
    if row is None or row.person_id != person_id:
        raise SessionUnknown(_("There is no such session of yours."))
    if row.ended_at is None:
        row.ended_at = uow.now
        record(uow, verb="person.signed_out", subject=_subject(uow.session.get_one(Person, person_id)))


def end_all(uow: UnitOfWork, person_id: int, *, keep: int | None = None) -> int:
    """End all open sessions of a person, but the one to keep, and return how many there were."""
    statement = (
        update(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None), WebSession.id != (keep or 0))
        .values(ended_at=uow.now)
        .returning(WebSession.id)
    )
    return len(uow.session.scalars(statement).all())


def open_sessions(session: Session, actor: Actor, now: datetime) -> list[SessionLine]:
    """Return the person's open sessions, the last used first."""
    rows = session.scalars(
        select(WebSession)
        .where(WebSession.person_id == actor.id, WebSession.ended_at.is_(None), WebSession.expires_at > now)
        .order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())
    )
    return [
        SessionLine(
            one.id,
            one.browser,
            one.address,
            one.created_at,
            one.last_seen_at,
            is_current=one.id == actor.session_id,
        )
        for one in rows
        if one.last_seen_at + timedelta(seconds=one.idle_seconds) > now
    ]


def _actor(session: Session, row: Row[*tuple[Any, ...]], now: datetime) -> Actor:
    zone = ZoneInfo(row.zone)
    rights = groups_of(session, row.id, now.astimezone(zone).date())
    return Actor(
        id=row.id,
        name=row.name,
        user_name=row.user_name,
        initials=initials_of(row.name),
        zone=row.zone,
        locale=row.locale,
        theme=row.theme,
        site_id=row.site_id,
        grants=rights.grants,
        group_ids=rights.group_ids,
        borrowed_groups=rights.borrowed_groups,
        stands_in_for=rights.stands_in_for,
        is_invited=row.is_guest,
    )


def actor_of(session: Session, person_id: int, now: datetime) -> Actor | None:
    """Return an active person as an actor, for jobs and commands that act with somebody's rights."""
    row = session.execute(select(*_PERSON).where(Person.id == person_id, Person.is_active)).one_or_none()
    return None if row is None else _actor(session, row, now)


def _subject(person: Person) -> Subject:
    return Subject(kind="person", id=person.id, label=person.user_name)
