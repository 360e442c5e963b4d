"""People for tests, their roles, and signing a test client in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from app.accounts.actor import Actor
from app.accounts.grants import GrantOrder, give
from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.people import Details, take_on
from app.accounts.roles import Role
from app.accounts.sessions import actor_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork

PASSWORD = "seven lazy herons wade"
_PASSWORDS = Passwords(is_fast=True)
_numbers = count(1)
RoleAt = tuple[str, int | None] | tuple[str, int | None, int | None]


@dataclass(frozen=True)
class Somebody:
    """A person made for a test."""

    id: int
    user_name: str
    password: str = PASSWORD


def a_person(
    uow: UnitOfWork,
    user_name: str = "",
    *,
    roles: Sequence[RoleAt] = (),
    mail: str | None = None,
    zone: str = "Europe/Warsaw",
    site_id: int | None = None,
) -> Somebody:
    """A person with the fixed password and roles given as (role, site or None for all[, process])."""
    user_name = user_name or f"person{next(_numbers)}"
    name = user_name.replace(".", " ").title()
    person_id = take_on(uow, Details(user_name, name, mail, zone, site_id=site_id))
    uow.session.get_one(Person, person_id).password_hash = _PASSWORDS.hash(PASSWORD)
    for role, site, *process in roles:
        give(uow, person_id, GrantOrder(Role(role), site, process[0] if process else None))
    return Somebody(person_id, user_name)


def actor_for(somebody: Somebody | int) -> Actor:
    """The person as the policy sees them today, read from what is committed."""
    person_id = somebody if isinstance(somebody, int) else somebody.id
    db.session.rollback()
    actor = actor_of(db.session, person_id, clock.now())
    assert actor is not None, "the person is disabled or not committed"
    return actor
