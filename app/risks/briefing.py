"""What the register tells those who look at a process: its gravest risks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.risks.models import Risk, RiskKind
from app.risks.rules import Band
from app.risks.standing import Standing, visible_standings
from app.workflow.briefings import BriefingItem, Topic

MOST = 5


def briefing(session: Session, site_id: int | None, process_id: int, at: datetime) -> Sequence[BriefingItem]:
    """Return the risks of a process at a site above low, the highest priority first, five at most."""
    statement = select(Risk).where(
        Risk.closed_at.is_(None), Risk.process_id == process_id, Risk.risk_kind == RiskKind.RISK.value
    )
    if site_id is not None:
        statement = statement.where(Risk.site_id == site_id)
    standings = visible_standings(session.scalars(statement).all(), session, at)
    grave = [one for one in standings if one.indicated and one.indicated.band is not Band.LOW]
    return [_item(one) for one in grave[:MOST]]


def _item(one: Standing) -> BriefingItem:
    assert one.indicated is not None, "only assessed risks are told"
    facts = {
        "indicated": one.indicated.score,
        "assessed": one.indicated.assessed_score,
        "appetite": one.appetite,
    }
    words = _("Events indicate %(indicated)s, assessed %(assessed)s; the appetite is %(appetite)s.", **facts)
    return BriefingItem(
        topic=Topic.TOP_RISK,
        record_kind=one.risk.kind,
        record_id=one.risk.id,
        number=one.risk.number,
        title=one.risk.title,
        sentence=words,
        question=_question(one.risk),
        requirement="6.1.2",
        weight=float(one.indicated.priority),
    )


def _question(risk: Risk) -> str:
    names = [str(control.get("control") or "") for control in risk.controls or ()]
    if not any(names):
        return _("What keeps this from happening here: “%(event)s”?", event=risk.event)
    return _(
        "Is this control lived, and does it work: %(controls)s?", controls=", ".join(filter(None, names))
    )
