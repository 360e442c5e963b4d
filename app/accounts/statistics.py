"""Counts over people and roles, for administration."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.groups import holds_on
from app.accounts.models import Person, RoleGrant
from app.accounts.roles import Role


def holders_by_role(session: Session, on: date) -> dict[Role, int]:
    """Return how many active people have each role on a day; roles without holders are left out."""
    rows = session.execute(
        select(RoleGrant.role, func.count(RoleGrant.person_id.distinct()))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.is_active, holds_on(on))
        .group_by(RoleGrant.role)
    )
    return {Role(role): count for role, count in rows}
