"""One-time links and printed codes: how somebody sets a password that no admin ever knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.accounts.digests import digest_of, make_code, make_secret, normalise_code
from app.accounts.models import OneTimeLink, Person
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record

LINK_LIFE = timedelta(days=3)
CODE_LIFE = timedelta(days=14)


class Purpose(StrEnum):
    """What a link or code opens. The value is stored."""

    FIRST_ADMIN = "first_admin"
    INVITATION = "invitation"
    RESET = "reset"
    CODE = "code"
    PIN = "pin"


class LinkSpent(Refused):
    """The link or code was used, has expired, was replaced, or never existed."""


def issue(uow: UnitOfWork, person_id: int | None, purpose: Purpose) -> str:
    """Return a fresh secret for a person's link, or a code to print; earlier ones of theirs die.

    Shape: a link's secret goes into an address; a code is typed from paper together with the user name. A
        code for a signing PIN and one for a password do not end each other.
    Effects: one row with the digest, a trail entry.
    """
    if purpose is Purpose.PIN:
        void_pin_codes(uow, person_id)
    else:
        void_links(uow, person_id)
    is_code = purpose in {Purpose.CODE, Purpose.PIN}
    secret = make_code() if is_code else make_secret()
    uow.session.add(
        OneTimeLink(
            person_id=person_id,
            purpose=purpose.value,
            digest=digest_of(secret),
            created_by_id=uow.actor_id,
            created_at=uow.now,
            expires_at=uow.now + (CODE_LIFE if is_code else LINK_LIFE),
        )
    )
    if person_id is not None:
        person = uow.session.get_one(Person, person_id)
        subject = Subject(kind="person", id=person.id, label=person.user_name)
        record(uow, verb="person.link_issued", subject=subject, after={"purpose": purpose.value})
    return secret


def holder_of(session: Session, secret: str, now: datetime) -> OneTimeLink:
    """Return the live link of a secret that sets a password, for showing its page; it stays usable.

    Errors: LinkSpent.
    """
    is_of_password = OneTimeLink.purpose != Purpose.PIN.value
    row = session.scalar(select(OneTimeLink).where(*_is_live(digest_of(secret), now), is_of_password))
    if row is None:
        raise _spent()
    return row


def holder_of_code(session: Session, user_name: str, typed: str, now: datetime) -> OneTimeLink:
    """Return the live code of this very person.

    Errors: LinkSpent, in the same words for an unknown person.
    """
    row = holder_of(session, normalise_code(typed), now)
    person = session.get(Person, row.person_id) if row.person_id else None
    if person is None or person.user_name != user_name:
        raise _spent()
    return row


def pin_code_of(session: Session, person_id: int, typed: str, now: datetime) -> int | None:
    """Return the id of the live code with which this person may set a signing PIN, None for anything else."""
    return session.scalar(
        select(OneTimeLink.id).where(
            *_is_live(digest_of(normalise_code(typed)), now),
            OneTimeLink.purpose == Purpose.PIN.value,
            OneTimeLink.person_id == person_id,
        )
    )


def spend(uow: UnitOfWork, link_id: int) -> OneTimeLink:
    """Use a link up; of two at the same moment one wins.

    Errors: LinkSpent for the other, and for links that have died since they were shown.
    """
    row = uow.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.id == link_id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.voided_at.is_(None),
            OneTimeLink.expires_at > uow.now,
        )
        .values(used_at=uow.now)
        .returning(OneTimeLink)
    ).scalar_one_or_none()
    if row is None:
        raise _spent()
    return row


def void_links(uow: UnitOfWork, person_id: int | None) -> None:
    """Kill the unused password links of a person, or those of the first admin. Safe to call again."""
    _void(uow, person_id, OneTimeLink.purpose != Purpose.PIN.value)


def void_pin_codes(uow: UnitOfWork, person_id: int | None) -> None:
    """Kill the unused codes with which a person may set a signing PIN. Safe to call again."""
    _void(uow, person_id, OneTimeLink.purpose == Purpose.PIN.value)


def _void(uow: UnitOfWork, person_id: int | None, is_of_purpose: ColumnElement[bool]) -> None:
    uow.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.person_id.is_not_distinct_from(person_id),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.voided_at.is_(None),
            is_of_purpose,
        )
        .values(voided_at=uow.now)
    )


def _is_live(digest: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.digest == digest,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.voided_at.is_(None),
        OneTimeLink.expires_at > now,
    )


def _spent() -> LinkSpent:
    return LinkSpent(_("This link or code does not work any more. Ask an admin for another one."))
