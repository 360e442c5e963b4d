"""Who leads whom on a day; escalations climb along it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.organisation.models import ManagerOf


def manager_of(session: Session, person_id: int, on: date) -> int | None:
    """Return the person's manager on that day, None when nobody is named."""
    return session.scalar(
        select(ManagerOf.manager_id)
        .where(
            ManagerOf.person_id == person_id,
            ManagerOf.starts_on <= on,
            or_(ManagerOf.ends_on.is_(None), ManagerOf.ends_on >= on),
        )
        .order_by(ManagerOf.starts_on.desc())
        .limit(1)
    )
