"""Whether a person exists. People are kept by the accounts above; only their table's key is known here."""

from __future__ import annotations

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

_PERSON = table("person", column("id"), column("is_active"))


def is_person(session: Session, person_id: int) -> bool:
    """Tell whether there is such a person whose account is open."""
    statement = select(_PERSON.c.id).where(_PERSON.c.id == person_id, _PERSON.c.is_active)
    return session.scalar(statement) is not None
