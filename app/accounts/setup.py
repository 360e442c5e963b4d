"""The very first admin of an empty installation."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.grants import GrantOrder, give
from app.accounts.links import LinkSpent, Purpose, issue, spend
from app.accounts.models import Person
from app.accounts.people import Details, person_row, take_on
from app.accounts.roles import Role
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork


def is_empty(session: Session) -> bool:
    """Tell whether nobody has an account yet."""
    return session.scalar(select(func.count()).select_from(Person)) == 0


def first_admin_link(uow: UnitOfWork, base_url: str) -> str | None:
    """Return the address at which the first admin makes their account, None when people exist.

    Effects: an earlier link of this kind dies. Each start of the server may ask again.
    """
    if not is_empty(uow.session):
        return None
    secret = issue(uow, None, Purpose.FIRST_ADMIN)
    return f"{base_url.rstrip('/')}/welcome/{secret}"


def create_first_admin(uow: UnitOfWork, link_id: int, details: Details, password_hash: str) -> int:
    """Use the first-admin link up and return the id of the admin it made.

    Errors: LinkSpent, also when somebody has an account meanwhile; PersonInvalid.
    Effects: person, grant of admin for all sites, trail entries.
    """
    link = spend(uow, link_id)
    if link.purpose != Purpose.FIRST_ADMIN or not is_empty(uow.session):
        raise LinkSpent(_("Somebody has made the first account already. Sign in, or ask that person."))
    person_id = take_on(uow, details)
    row = person_row(uow.session, person_id)
    row.password_hash = password_hash
    row.password_set_at = uow.now
    give(uow, person_id, GrantOrder(Role.ADMIN, site_id=None))
    return person_id
