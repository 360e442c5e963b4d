"""Signing PINs: for people who sign in without a password of ours, and at terminals that many share.

A PIN opens no door, it only signs. It is short, so its tries are counted on their own and it locks for good
after too many wrong ones; a fresh PIN ends the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.links import Purpose, issue, spend, void_pin_codes
from app.accounts.models import Person, SigningPin
from app.accounts.people import fold, person_row, subject_of
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.throttle import count_try, forget_tries
from app.foundation.unit_of_work import UnitOfWork
from app.trail import record

SHORTEST, LONGEST = 6, 12
WINDOW = timedelta(minutes=15)
TRIES_PER_WINDOW = 5
LOCKED_AFTER = 20  # wrong tries since the last right one
_RISING = "01234567890123456789"


class PinWeak(Invalid):
    """The PIN is too easy to guess or to look over somebody's shoulder."""


@dataclass(frozen=True, slots=True)
class PinState:
    """What a person may know about their PIN, and an admin about anybody's."""

    set_at: datetime | None
    is_locked: bool


@dataclass(frozen=True, slots=True)
class StoredPin:
    """What a PIN is verified against; without a person it verifies nobody, in the same time."""

    person_id: int | None
    pin_hash: str | None


def looks_like_pin(typed: str) -> bool:
    """Tell whether somebody typed a PIN; passwords are longer."""
    return typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST


def check_pin(pin: str) -> list[Problem]:
    """Return what keeps a PIN from being used, at most one problem."""
    if not (looks_like_pin(pin) and len(pin) >= SHORTEST):
        sentence = _("A PIN has %(least)s to %(most)s digits.", least=SHORTEST, most=LONGEST)
        return [Problem("pin", "digits", sentence)]
    if pin in _RISING or pin in _RISING[::-1] or _is_repetition(pin):
        sentence = _("This PIN is the first that anybody would try. Choose digits without a pattern.")
        return [Problem("pin", "pattern", sentence)]
    return []


def state_of(session: Session, person_id: int) -> PinState:
    """Return whether a person has a PIN, and whether it is locked."""
    row = session.get(SigningPin, person_id)
    return PinState(None, is_locked=False) if row is None else PinState(row.set_at, row.locked_at is not None)


def has_pin(session: Session, person_id: int) -> bool:
    """Tell whether the person may sign with a PIN, locked or not."""
    return session.scalar(select(SigningPin.person_id).where(SigningPin.person_id == person_id)) is not None


def pin_of(session: Session, user_name: str) -> StoredPin:
    """Return what to verify a PIN against; unknown, disabled and locked people look the same."""
    row = session.execute(
        select(Person.id, SigningPin.pin_hash)
        .join(SigningPin, SigningPin.person_id == Person.id)
        .where(Person.user_name == fold(user_name), Person.is_active, SigningPin.locked_at.is_(None))
    ).first()
    return StoredPin(None, None) if row is None else StoredPin(row.id, row.pin_hash)


def set_pin(uow: UnitOfWork, person_id: int, pin_hash: str, *, code_id: int | None = None) -> None:
    """Keep a PIN after the person proved who they are; `code_id` is the printed code that proved it.

    Errors: LinkSpent. Effects: a lock ends; unused PIN codes die; a trail entry.
    """
    if code_id is not None:
        spend(uow, code_id)
    row = uow.session.get(SigningPin, person_id, with_for_update=True)
    verb = "person.pin_set" if row is None else "person.pin_changed"
    if row is None:
        row = SigningPin(person_id=person_id)
        uow.session.add(row)
    row.pin_hash, row.set_at, row.failures, row.locked_at = pin_hash, uow.now, 0, None
    void_pin_codes(uow, person_id)
    forget_tries(uow, _key(person_id))
    record(uow, verb=verb, subject=subject_of(person_row(uow.session, person_id)))


def reset_pin(uow: UnitOfWork, person_id: int) -> str:
    """Take a person's PIN away and return a code to print, with which they set another.

    Effects: nobody signs with the former PIN from here on; a trail entry. The admin never knows a PIN.
    """
    row = uow.session.get(SigningPin, person_id, with_for_update=True)
    if row is not None:
        uow.session.delete(row)
    record(uow, verb="person.pin_reset", subject=subject_of(person_row(uow.session, person_id)))
    return issue(uow, person_id, Purpose.PIN)


def count_pin_try(uow: UnitOfWork, person_id: int | None, user_name: str) -> bool:
    """Count a try and tell whether the PIN may still be looked at; a name nobody has is counted likewise.

    Effects: with the try that reaches the limit, a trail entry.
    """
    tries = count_try(uow, _key(person_id or f"nobody/{fold(user_name)}"), WINDOW)
    if tries == TRIES_PER_WINDOW + 1 and person_id is not None:
        subject = subject_of(person_row(uow.session, person_id))
        record(uow, verb="person.pin_blocked", subject=subject, after={"minutes": WINDOW.seconds // 60})
    return tries <= TRIES_PER_WINDOW


def note_right(uow: UnitOfWork, person_id: int) -> None:
    """Forget the wrong tries of a person."""
    row = uow.session.get(SigningPin, person_id)
    if row is not None and row.failures:
        row.failures = 0
    forget_tries(uow, _key(person_id))


def note_wrong(uow: UnitOfWork, person_id: int) -> None:
    """Count a wrong PIN; too many lock it until another one is set. Effects: a trail entry for the lock."""
    row = uow.session.get(SigningPin, person_id, with_for_update=True)
    if row is None or row.locked_at is not None:
        return
    row.failures += 1
    if row.failures >= LOCKED_AFTER:
        row.locked_at = uow.now
        record(uow, verb="person.pin_locked", subject=subject_of(person_row(uow.session, person_id)))


def _key(whose: int | str) -> str:
    return f"signing_pin/{whose}"


def _is_repetition(pin: str) -> bool:
    """Tell whether a PIN is a short group of digits over and over, such as 111111, 121212 or 123123."""
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in (1, 2, 3))
