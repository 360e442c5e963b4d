"""What the scheduler clears away: sessions and links that are long dead."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from app.accounts.models import OneTimeLink, WebSession
from app.foundation.unit_of_work import UnitOfWork

KEPT_AFTER_DEATH = timedelta(days=30)


def clear_expired(uow: UnitOfWork) -> int:
    """Delete sessions and links that open nothing any more and return how many went. Safe to call again.

    Who signed in when stays in the trail.
    """
    before = uow.now - KEPT_AFTER_DEATH
    sessions = delete(WebSession).where(WebSession.expires_at < before).returning(WebSession.id)
    links = delete(OneTimeLink).where(OneTimeLink.expires_at < before).returning(OneTimeLink.id)
    return len([*uow.session.scalars(sessions), *uow.session.scalars(links)])
