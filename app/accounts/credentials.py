"""Setting and changing passwords. Hashing happens before the transaction: it is slow by intent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.links import Purpose, issue, spend, void_links
from app.accounts.models import Person
from app.accounts.people import fold, person_row, subject_of
from app.accounts.sessions import end_all
from app.foundation.unit_of_work import UnitOfWork
from app.trail import record


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to verify somebody; without a person it verifies nobody, in the same time."""

    person_id: int | None
    password_hash: str | None


def credentials_of(session: Session, user_name_or_mail: str) -> Credentials:
    """Return what to verify a sign-in against; disabled people and unknown ones look the same."""
    typed = fold(user_name_or_mail)
    row = session.execute(
        select(Person.id, Person.password_hash)
        .where((Person.user_name == typed) | (Person.mail == typed), Person.is_active)
        .order_by((Person.user_name == typed).desc())
        .limit(1)
    ).first()
    return Credentials(None, None) if row is None else Credentials(row.id, row.password_hash)


def credentials_of_person(session: Session, person_id: int) -> Credentials:
    """Return what to verify a signed-in person against, before a change of password or a signature."""
    row = person_row(session, person_id)
    return Credentials(row.id, row.password_hash if row.is_active else None)


def set_password_by_link(uow: UnitOfWork, link_id: int, password_hash: str) -> int:
    """Use a link up, keep the password and return the person's id.

    Errors: LinkSpent. Effects: all sessions and other links of the person die; a trail entry.
    """
    link = spend(uow, link_id)
    person_id = link.person_id
    assert person_id is not None, "first-admin links go through setup.create_first_admin"
    _keep(uow, person_id, password_hash, verb="person.password_set")
    void_links(uow, person_id)
    return person_id


def change_password(uow: UnitOfWork, person_id: int, password_hash: str) -> None:
    """Keep a new password after the old one was verified.

    Effects: all sessions of the person die, links too; a trail entry. The edge opens a new session.
    """
    _keep(uow, person_id, password_hash, verb="person.password_changed")
    void_links(uow, person_id)


def keep_rehash(uow: UnitOfWork, person_id: int, password_hash: str) -> None:
    """Keep the same password hashed with today's parameters; not a deed, so not in the trail."""
    person_row(uow.session, person_id).password_hash = password_hash


def issue_reset(uow: UnitOfWork, person_id: int) -> str:
    """Return the secret of a link that sets another password; the old one works until it is used."""
    person_row(uow.session, person_id)
    return issue(uow, person_id, Purpose.RESET)


def _keep(uow: UnitOfWork, person_id: int, password_hash: str, *, verb: str) -> None:
    row = person_row(uow.session, person_id)
    row.password_hash = password_hash
    row.password_set_at = uow.now
    row.row_version += 1
    end_all(uow, person_id)
    record(uow, verb=verb, subject=subject_of(row))
