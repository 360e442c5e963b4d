"""What somebody who looks at a process should know of its CAPAs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.capa.models import Capa
from app.capa.open_points import CAPA_KIND
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.workflow.briefings import BriefingItem, Topic

SOON = timedelta(days=90)


def briefing(session: Session, site_id: int | None, process_id: int, at: datetime) -> Sequence[BriefingItem]:
    """Return the open CAPAs of a process at a site, and those whose proof is due soon.

    Shape: a CAPA that waits for its proof or is being checked appears under the topic of effectiveness only.
    Units: due within 90 calendar days. Source: ISO 9001:2015, 10.2.1 c and d.
    """
    statement = select(Capa).where(Capa.process_id == process_id, Capa.closed_at.is_(None))
    if site_id is not None:
        statement = statement.where(Capa.site_id == site_id)
    return [item for row in session.scalars(statement.order_by(Capa.id)) for item in _items(row, at)]


def _items(row: Capa, at: datetime) -> Iterator[BriefingItem]:
    weight = float(row.severity or 1)
    if row.wait_until is not None and row.criteria:
        if row.wait_until <= at + SOON:
            yield _effectiveness(row, weight)
        return
    is_late = row.due_at is not None and row.due_at < at
    yield BriefingItem(
        topic=Topic.OPEN_CAPA,
        record_kind=CAPA_KIND,
        record_id=row.id,
        number=row.number,
        title=row.title,
        sentence=_("It is open and late.") if is_late else _("It is open."),
        question=_(
            "Which of the planned actions of %(number)s are in place, and do people work that way?",
            number=row.number,
        ),
        requirement="10.2.1 c",
        weight=weight + is_late,
    )


def _effectiveness(row: Capa, weight: float) -> BriefingItem:
    metrics = "; ".join(str(one.get("metric")) for one in row.criteria or ())
    assert row.wait_until is not None, "only waiting ones come here"
    return BriefingItem(
        topic=Topic.EFFECTIVENESS_DUE,
        record_kind=CAPA_KIND,
        record_id=row.id,
        number=row.number,
        title=row.title,
        sentence=_("Its effectiveness is judged from %(day)s.", day=written_day(row.wait_until)),
        question=_("Where do these figures stand today: %(metrics)s?", metrics=metrics),
        requirement="10.2.1 d",
        weight=weight,
    )
