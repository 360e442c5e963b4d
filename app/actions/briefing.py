"""What somebody who looks at a process should know of its actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.models import Action
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.workflow.briefings import BriefingItem, Topic


def briefing(session: Session, site_id: int | None, process_id: int, at: datetime) -> Sequence[BriefingItem]:
    """Return the late actions of a process at a site, the latest of all weighing most.

    Units: `weight` is in days late.
    """
    statement = select(Action).where(
        Action.process_id == process_id, Action.closed_at.is_(None), Action.due_at < at
    )
    if site_id is not None:
        statement = statement.where(Action.site_id == site_id)
    return [_item(row, at) for row in session.scalars(statement.order_by(Action.due_at, Action.id))]


def _item(row: Action, at: datetime) -> BriefingItem:
    assert row.due_at is not None, "only late ones come here"
    days = max((at - row.due_at).days, 1)
    return BriefingItem(
        topic=Topic.OVERDUE_ACTION,
        record_kind=row.kind,
        record_id=row.id,
        number=row.number,
        title=row.title,
        sentence=ngettext("It is late by %(num)s day.", "It is late by %(num)s days.", days),
        question=_("What keeps %(number)s from being done, and who has decided to wait?", number=row.number),
        requirement="10.2.1 c",
        weight=float(days),
    )
