"""Talks and their attendance lists: a trainer records the talk, each listener confirms with their PIN."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.confirming import Place, confirm_by_pin
from app.accounts.groups import holders_of
from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.policy import ALL, Scope
from app.accounts.roles import Role
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.trail.meanings import Meaning
from app.training.competence import QualificationOrder, held_by, qualify
from app.training.confirming import close_as_done
from app.training.models import Skill, TrainingItem
from app.training.quizzes import quiz_of
from app.training.reading_models import (
    Acknowledgement,
    AcknowledgementRequest,
    QuizSubject,
    ReadingState,
)
from app.training.rules import can_assess, last_day
from app.training.talk_models import Talk, TalkListener

RECORD = "training.record"
KIND = "talk"
MOST_SHOWN = 200


class TalkInvalid(Invalid):
    """The talk cannot be kept like this."""


class TalkUnknown(NotFound):
    """There is no such talk, or it is not for this person to see."""


class TalkClosed(Conflict):
    """The list of this talk is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkOrder:
    """A talk as its trainer records it. Shape: skill and level together, for a talk that proves a skill."""

    title: str
    held_on: date
    site_id: int
    trainer_id: int
    item_id: int | None = None
    request_id: int | None = None
    skill_id: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What a listener types at the terminal, and where it stands."""

    person_id: int
    pin: str
    address: str


def record_talk(uow: UnitOfWork, order: TalkOrder) -> Talk:
    """Keep a talk, still without listeners. Errors: TalkInvalid with all problems. Effects: a trail entry."""
    problems = _problems(uow, order)
    if problems:
        raise TalkInvalid(_("The talk is not kept."), problems)
    row = Talk(
        title=order.title.strip(),
        held_on=order.held_on,
        site_id=order.site_id,
        trainer_id=order.trainer_id,
        item_id=order.item_id,
        request_id=order.request_id,
        skill_id=order.skill_id,
        level=order.level,
        recorded_by_id=uow.actor_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # the trail names it by its id
    after = {"held_on": row.held_on.isoformat(), "skill": row.skill_id, "level": row.level}
    record(uow, verb="talk.recorded", subject=subject_of(row), after=after)
    return row


def add_listeners(uow: UnitOfWork, talk_id: int, people: Iterable[int], role: Role | None = None) -> int:
    """Put people on the list, and everybody who has a role at the site; return how many are added.

    Errors: TalkUnknown; TalkClosed. Effects: rows and a trail entry. Safe to call again.
    """
    row = _open_talk(uow, talk_id)
    wanted = set(people)
    if role is not None:
        wanted |= set(holders_of(uow.session, role, row.site_id, uow.now.date()))
    known = set(uow.session.scalars(select(TalkListener.person_id).where(TalkListener.talk_id == row.id)))
    active = select(Person.id).where(Person.id.in_(wanted - known), Person.is_active).order_by(Person.id)
    added = list(uow.session.scalars(active))
    uow.session.add_all(TalkListener(talk_id=row.id, person_id=one) for one in added)
    if added:
        record(uow, verb="talk.listeners_added", subject=subject_of(row), after={"people": added})
    return len(added)


def confirm(uow: UnitOfWork, talk_id: int, typed: Typed, passwords: Passwords) -> str:
    """Let somebody on the list confirm with their own PIN, in the session of whoever runs the terminal.

    Shape: returns why nobody confirmed, empty when it is done; the caller commits either way, so that the
    try is counted.
    Errors: TalkUnknown; TalkClosed; TalkInvalid for somebody who is not on the list. Who has confirmed
        already may do so again; nothing more is written.
    Effects: a signature; the acknowledgement of the revision, and the proof of the skill, where the talk is
        about them.
    """
    row = _open_talk(uow, talk_id)
    listener = uow.session.get(TalkListener, (row.id, typed.person_id), with_for_update=True)
    person = uow.session.get(Person, typed.person_id)
    if listener is None or person is None:
        problem = Problem("person_id", "unknown", _("This person is not on the list."))
        raise TalkInvalid(_("Nothing was confirmed."), [problem])
    if listener.confirmed_at is not None:
        return ""
    done = confirm_by_pin(
        uow,
        person.user_name,
        typed.pin,
        Meaning.ACKNOWLEDGEMENT,
        subject_of(row),
        _digest(row, person.id),
        typed.address,
        passwords=passwords,
        place=Place(row.title, person_id=person.id),
    )
    if done.person_id is None:
        return done.refusal
    listener.confirmed_at = uow.now
    _acknowledge(uow, row, person)
    listener.proof_id = _prove(uow, row, person)
    record(uow, verb="talk.attended", subject=subject_of(row), after={"person": person.id})
    return ""


def close_talk(uow: UnitOfWork, talk_id: int) -> None:
    """Close the list; who has not confirmed was not there. Safe to call again. Errors: TalkUnknown."""
    row = uow.session.get(Talk, talk_id, with_for_update=True)
    if row is None:
        raise TalkUnknown(_("There is no such talk."))
    if row.closed_at is not None:
        return
    row.closed_at = uow.now
    missing = [one.person_id for one in listeners_of(uow.session, row.id) if one.confirmed_at is None]
    record(uow, verb="talk.closed", subject=subject_of(row), after={"missing": missing})


def visible_talk(session: Session, actor: Actor, talk_id: int) -> Talk:
    """Return a talk of a site where the person keeps talks. Errors: TalkUnknown."""
    row = session.get(Talk, talk_id)
    if row is None or not policy.can(actor, RECORD, Scope(site_id=row.site_id)):
        raise TalkUnknown(_("There is no such talk, or it is not for you to see."))
    return row


def talks_for(session: Session, actor: Actor) -> Sequence[tuple[Talk, str, int, int]]:
    """Return the talks of the person's sites with trainer, listeners there and on the list; latest first."""
    counts = (
        select(
            TalkListener.talk_id.label("talk_id"),
            func.count().label("listed"),
            func.count(TalkListener.confirmed_at).label("there"),
        )
        .group_by(TalkListener.talk_id)
        .subquery()
    )
    statement = (
        select(Talk, Person.name, func.coalesce(counts.c.there, 0), func.coalesce(counts.c.listed, 0))
        .join(Person, Person.id == Talk.trainer_id)
        .outerjoin(counts, counts.c.talk_id == Talk.id)
        .order_by(Talk.held_on.desc(), Talk.id.desc())
        .limit(MOST_SHOWN)
    )
    sites = policy.sites_for(actor, RECORD)
    if sites is not ALL:
        statement = statement.where(Talk.site_id.in_(sites))
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def listeners_of(session: Session, talk_id: int) -> Sequence[TalkListener]:
    """Return who is on the list of a talk, by name."""
    return session.scalars(
        select(TalkListener)
        .join(Person, Person.id == TalkListener.person_id)
        .where(TalkListener.talk_id == talk_id)
        .order_by(Person.name, Person.id)
    ).all()


def subject_of(row: Talk) -> Subject:
    """Return how the trail names a talk."""
    return Subject(kind=KIND, id=row.id, label=row.title[:40])


def _problems(uow: UnitOfWork, order: TalkOrder) -> list[Problem]:
    session = uow.session
    found = []
    if not order.title.strip():
        found.append(Problem("title", "required", _("Say what it was about.")))
    if order.held_on > uow.now.date():
        found.append(Problem("held_on", "future", _("The talk has not been held yet.")))
    trainer = session.get(Person, order.trainer_id)
    if trainer is None or not trainer.is_active:
        found.append(Problem("trainer_id", "inactive", _("There is no such person at work here.")))
    if bool(order.skill_id) != bool(order.level):
        where = "level" if order.skill_id else "skill_id"
        found.append(Problem(where, "level", _("A talk that proves a skill says to which level.")))
    elif order.skill_id and order.level:
        held = held_by(session, (order.trainer_id,)).get((order.trainer_id, order.skill_id), ())
        if not can_assess(held, uow.now.date()):
            sentence = _("Only a trainer with level 4 or above in this skill proves it to others.")
            found.append(Problem("trainer_id", "competence", sentence))
    for key, value, model in (
        ("item_id", order.item_id, TrainingItem),
        ("request_id", order.request_id, AcknowledgementRequest),
        ("skill_id", order.skill_id, Skill),
    ):
        if value and session.get(model, value) is None:
            found.append(Problem(key, "unknown", _("There is no such entry.")))
    return found


def _open_talk(uow: UnitOfWork, talk_id: int) -> Talk:
    row = uow.session.get(Talk, talk_id, with_for_update=True)
    if row is None:
        raise TalkUnknown(_("There is no such talk."))
    if row.closed_at is not None:
        raise TalkClosed(_("The list of this talk is closed."))
    return row


def _digest(row: Talk, person_id: int) -> str:
    """Return the digest of what the listener confirms: this talk, on its day, by its trainer."""
    parts = (row.id, row.title, row.held_on, row.trainer_id, row.item_id, row.request_id, row.skill_id)
    return sha256("|".join(str(one) for one in (*parts, row.level, person_id)).encode()).hexdigest()


def _acknowledge(uow: UnitOfWork, row: Talk, person: Person) -> None:
    """Acknowledge the revision for somebody who heard it; where there are questions, they still answer."""
    if row.request_id is None:
        return
    request = uow.session.get_one(AcknowledgementRequest, row.request_id, with_for_update=True)
    asked = uow.session.scalars(
        select(Acknowledgement)
        .where(
            Acknowledgement.request_id == request.id,
            Acknowledgement.person_id == person.id,
            Acknowledgement.state == ReadingState.OPEN.value,
        )
        .with_for_update()
    ).one_or_none()
    if asked is None:
        return
    asked.read_at, asked.is_understood = uow.now, True
    asked.row_version += 1
    if quiz_of(uow.session, QuizSubject.READING, request.revision_key) is None:
        close_as_done(uow, asked, request)


def _prove(uow: UnitOfWork, row: Talk, person: Person) -> int | None:
    skill = uow.session.get(Skill, row.skill_id) if row.skill_id else None
    if skill is None or not skill.is_active or row.level is None:
        return None
    item = uow.session.get(TrainingItem, row.item_id) if row.item_id else None
    trainer = uow.session.get_one(Person, row.trainer_id)
    order = QualificationOrder(
        person_id=person.id,
        skill_id=skill.id,
        level=row.level,
        evidence=_("Talk “%(title)s” by %(trainer)s, confirmed", title=row.title, trainer=trainer.name),
        valid_from=row.held_on,
        valid_until=last_day(row.held_on, item.validity_months if item else None),
    )
    return qualify(uow, order)
