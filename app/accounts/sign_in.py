"""Signing in: tries are counted before a password is looked at, and every answer takes and says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.credentials import Credentials, credentials_of, keep_rehash
from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.people import fold, subject_of
from app.accounts.sessions import begin
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.throttle import count_try, forget_tries, tries_of
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 100  # a whole works may share one address


class TooManyTries(Refused):
    """Too many sign-ins were tried for this account or from this address."""

    def __init__(self) -> None:
        """Say when to try again and who can help meanwhile."""
        super().__init__(
            _("Too many attempts. Wait %(minutes)s minutes, or ask an admin for a link.", minutes=15)
        )
        self.retry_after = WINDOW


class SignInFailed(Refused):
    """User name and password do not belong together; which of them is wrong is not said."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in, from where, and which session of the same browser this would replace."""

    user_name: str
    address: str
    browser: str = ""
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome of looking at a password: whose it was (None: nobody's), and a hash to keep instead."""

    person_id: int | None
    fresh_hash: str | None = None


def count_attempt(uow: UnitOfWork, attempt: Attempt) -> bool:
    """Count a try for the account and the address, and tell whether a password may still be looked at.

    Effects: two upserts; with the try that reaches a limit, a trail entry. An act of its own, so that
        tries made at the same moment count each other.
    """
    for_account = count_try(uow, _account_key(attempt), WINDOW)
    for_address = count_try(uow, f"sign_in/address/{attempt.address}", WINDOW)
    if for_account == TRIES_PER_ACCOUNT + 1 or for_address == TRIES_PER_ADDRESS + 1:
        record(uow, verb="sign_in.blocked", subject=_unknown(), after={"address": attempt.address})
    return for_account <= TRIES_PER_ACCOUNT and for_address <= TRIES_PER_ADDRESS


def is_blocked(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Tell whether the account has used its tries up, without counting one."""
    return tries_of(session, _account_key(attempt), WINDOW, now) > TRIES_PER_ACCOUNT


def verify(session: Session, attempt: Attempt, password: str, passwords: Passwords) -> Verified:
    """Look at the password, outside any transaction that writes: it takes a fifth of a second by intent."""
    credentials = credentials_of(session, attempt.user_name)
    session.rollback()  # give the connection back while hashing
    return verify_credentials(credentials, password, passwords)


def verify_credentials(credentials: Credentials, password: str, passwords: Passwords) -> Verified:
    """Tell whether a password belongs to these credentials: for signing in, changing it, and signatures."""
    if not passwords.verify(credentials.password_hash, password):
        return Verified(None)
    stored = credentials.password_hash or ""
    fresh = passwords.hash(password) if passwords.needs_rehash(stored) else None
    return Verified(credentials.person_id, fresh)


def open_session(uow: UnitOfWork, attempt: Attempt, verified: Verified) -> str | None:
    """Begin the session of a verified person and return the cookie's secret; None, recorded, for a failure.

    Effects: the account's tries are forgotten after a success; a trail entry either way. What was typed as
        user name is not kept for an unknown one: people type passwords there.
    """
    person = uow.session.get(Person, verified.person_id) if verified.person_id else None
    if person is None or not person.is_active:
        credentials = credentials_of(uow.session, attempt.user_name)
        known = uow.session.get(Person, credentials.person_id) if credentials.person_id else None
        subject = subject_of(known) if known else _unknown()
        record(uow, verb="sign_in.failed", subject=subject, after={"address": attempt.address})
        return None
    forget_tries(uow, _account_key(attempt))
    if verified.fresh_hash:
        keep_rehash(uow, person.id, verified.fresh_hash)
    return begin(uow, person.id, browser=attempt.browser, address=attempt.address, replaces=attempt.replaces)


def forgive(uow: UnitOfWork, attempt: Attempt) -> None:
    """Forget the tries of an account after a password was proven elsewhere than at the door."""
    forget_tries(uow, _account_key(attempt))


def failed() -> SignInFailed:
    """Return the one answer to every failure."""
    return SignInFailed(_("User name and password do not belong together."))


def _account_key(attempt: Attempt) -> str:
    return f"sign_in/account/{fold(attempt.user_name)}"


def _unknown() -> Subject:
    return Subject(kind="sign_in", id=0, label="unknown")
