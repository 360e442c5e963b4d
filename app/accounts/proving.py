"""Proving who one is while signed in, before something is signed: tries are counted as at the door.

These are acts of their own, opened by the edge before the act that signs: hashing is slow by intent and has
no place in a transaction, and a try that failed must be remembered though nothing is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.accounts import sign_in
from app.accounts.actor import Actor
from app.accounts.credentials import credentials_of_person
from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.people import fold, subject_of
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


def prove(actor: Actor, typed: Typed, address: str, passwords: Passwords) -> Proof:
    """Return the proof that the person at the keyboard is the one who is signed in.

    Errors: NotProven, in the same words for a wrong name and a wrong password.
    Effects: the try is counted with those of signing in, so that an open browser is no place to guess; a
        failure stands in the trail; a success forgets the tries.
    """
    attempt = sign_in.Attempt(actor.user_name, address)
    with unit_of_work(actor.id) as uow:
        may_try = sign_in.count_attempt(uow, attempt)
    if not may_try:
        raise NotProven(
            _("Too many tries. Wait %(minutes)s minutes, then sign.", minutes=15),
            "throttled",
            retry_after=sign_in.WINDOW,
        )
    stored = credentials_of_person(db.session(), actor.id)
    db.session.rollback()  # the connection is free while hashing
    found = sign_in.verify_credentials(stored, typed.secret, passwords)
    is_named = typed.user_name is None or fold(typed.user_name) == actor.user_name
    if found.person_id != actor.id or not is_named:
        _note_failure(actor, AuthMethod.PASSWORD, address)
        raise NotProven(_wrong(typed), "password")
    with unit_of_work(actor.id) as uow:
        sign_in.forgive(uow, attempt)
    return Proof(actor.id, AuthMethod.PASSWORD)


def _note_failure(actor: Actor, method: AuthMethod, address: str) -> None:
    with unit_of_work(actor.id) as uow:
        person = uow.session.get_one(Person, actor.id)
        record(
            uow,
            verb=FAILED,
            subject=subject_of(person),
            after={"method": method.value, "address": address},
        )


def _wrong(typed: Typed) -> str:
    if typed.user_name is None:
        return _("This is not your password. Nothing was signed.")
    return _("This is not your user name with your password. Nothing was signed.")
