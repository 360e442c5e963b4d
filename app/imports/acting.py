"""Who imports: a named person, or Keel itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.sessions import actor_of
from app.foundation.i18n import gettext as _
from app.imports.refusals import ReporterNeeded


def actor_for(session: Session, person_id: int | None, now: datetime) -> Actor:
    """Return the person who imports, with the grants of today.

    Errors: ReporterNeeded when there is none, or the person has left.
    """
    actor = None if person_id is None else actor_of(session, person_id, now)
    if actor is None:
        raise ReporterNeeded(_("The person who imports is not at work here. Name another with --by."))
    return actor
