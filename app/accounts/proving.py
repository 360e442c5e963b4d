"""Proving who one is while signed in, before something is signed: tries are counted as at the door.

These are acts of their own, opened by the edge before the act that signs: hashing is slow by intent and has
no place in a transaction, and a try that failed must be remembered though nothing is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts import sign_in
from app.accounts.actor import Actor
from app.accounts.credentials import credentials_of_person
from app.accounts.passwords import Passwords
from app.accounts.people import fold, person_row, subject_of
from app.accounts.signing_pins import (
    count_pin_try,
    has_pin,
    looks_like_pin,
    note_right,
    note_wrong,
    pin_of,
    state_of,
)
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.trail import record
from app.trail.meanings import AuthMethod
from app.trail.signatures import FAILED

SIGNATURE = "signature"


class NotProven(Invalid):
    """The person did not prove who they are; nothing was signed. `retry_after` is set when they must wait."""

    def __init__(self, sentence: str, rule: str, *, retry_after: timedelta | None = None) -> None:
        """Say it at the signature, like any other fault of the form."""
        super().__init__(sentence, [Problem(SIGNATURE, rule, sentence)])
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody has just proven who they are, and how. Made here only."""

    person_id: int
    method: AuthMethod


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed to sign. Shape: `user_name` is None where the page did not ask for it."""

    secret: str
    user_name: str | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody may prove who they are."""

    has_password: bool
    has_pin: bool


def ways_of(session: Session, person_id: int) -> Ways:
    """Return how a person may prove who they are."""
    return Ways(person_row(session, person_id).password_hash is not None, has_pin(session, person_id))


def prove(actor: Actor, typed: Typed, address: str, passwords: Passwords) -> Proof:
    """Return the proof that the person at the keyboard is the one who is signed in.

    Shape: digits are taken for a PIN where the person has one, everything else for the password.
    Errors: NotProven, in the same words for a wrong name and a wrong secret.
    Effects: tries of a password are counted with those of signing in, so that an open browser is no place to
        guess, and those of a PIN on their own; who is locked out of one door is locked out of both. A failure
        stands in the trail; a success forgets the tries.
    """
    ways = ways_of(db.session(), actor.id)
    is_pin = ways.has_pin and looks_like_pin(typed.secret)
    is_named = typed.user_name is None or fold(typed.user_name) == actor.user_name
    if is_pin:
        return _by_pin(actor, typed, address, passwords, is_named=is_named)
    return _by_password(actor, typed, address, passwords, is_named=is_named)


def _by_password(actor: Actor, typed: Typed, address: str, passwords: Passwords, *, is_named: bool) -> Proof:
    attempt = sign_in.Attempt(actor.user_name, address)
    with unit_of_work(actor.id) as uow:
        may_try = sign_in.count_attempt(uow, attempt)
    if not may_try:
        raise _too_many()
    stored = credentials_of_person(db.session(), actor.id)
    db.session.rollback()  # the connection is free while hashing
    found = sign_in.verify_credentials(stored, typed.secret, passwords)
    if found.person_id != actor.id or not is_named:
        _note_failure(actor, AuthMethod.PASSWORD, address)
        wrong = _("This is not your password. Nothing was signed.")
        if typed.user_name is not None:
            wrong = _("This is not your user name with your password. Nothing was signed.")
        raise NotProven(wrong, "password")
    with unit_of_work(actor.id) as uow:
        sign_in.forgive(uow, attempt)
    return Proof(actor.id, AuthMethod.PASSWORD)


def _by_pin(actor: Actor, typed: Typed, address: str, passwords: Passwords, *, is_named: bool) -> Proof:
    with unit_of_work(actor.id) as uow:
        may_try = count_pin_try(uow, actor.id, actor.user_name)
        is_blocked = sign_in.is_blocked(uow.session, sign_in.Attempt(actor.user_name, address), uow.now)
    if not may_try or is_blocked:
        raise _too_many()
    if state_of(db.session(), actor.id).is_locked:
        raise NotProven(
            _(
                "Your PIN is locked after too many wrong tries. Sign with your password, or set another PIN "
                "in your account."
            ),
            "locked",
        )
    stored = pin_of(db.session(), actor.user_name)
    db.session.rollback()  # the connection is free while hashing
    if not passwords.verify(stored.pin_hash, typed.secret) or not is_named:
        _note_failure(actor, AuthMethod.PIN, address)
        wrong = _("This is not your PIN. Nothing was signed.")
        if typed.user_name is not None:
            wrong = _("This is not your user name with your PIN. Nothing was signed.")
        raise NotProven(wrong, "pin")
    with unit_of_work(actor.id) as uow:
        note_right(uow, actor.id)
    return Proof(actor.id, AuthMethod.PIN)


def _note_failure(actor: Actor, method: AuthMethod, address: str) -> None:
    with unit_of_work(actor.id) as uow:
        if method is AuthMethod.PIN:
            note_wrong(uow, actor.id)
        record(
            uow,
            verb=FAILED,
            subject=subject_of(person_row(uow.session, actor.id)),
            after={"method": method.value, "address": address},
        )


def _too_many() -> NotProven:
    sentence = _("Too many tries. Wait %(minutes)s minutes, then sign.", minutes=15)
    return NotProven(sentence, "throttled", retry_after=sign_in.WINDOW)
