"""What moved on the map within ninety days, why, and who must act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.quality_events.exposure import explain
from app.records.urls import record_url
from app.risks.chips import band_chip
from app.risks.models import Reassessment, Risk
from app.risks.standing import MOVED_WITHIN, Standing
from app.risks.why_page import event_words
from app.web.parts import Chip

MOST_MOVERS = 5


@dataclass(frozen=True, slots=True)
class Mover:
    """A risk whose indicated score moved within ninety days.

    Shape: `why` counts the kinds of what happened since; `due` is until when somebody must look at it again,
    `task` says what that is about.
    """

    title: str
    url: str
    where: str
    before: Chip | None
    after: Chip | None
    why: str
    task: str = ""
    due: datetime | None = None


def movers(session: Session, standings: Sequence[Standing], now: datetime) -> Sequence[Mover]:
    """Return what moved most, the farthest first; a few statements for each."""
    moved = sorted((one for one in standings if one.moved), key=lambda one: (-abs(one.moved), one.risk.id))
    shown = moved[:MOST_MOVERS]
    asked = _asked(session, [one.risk.id for one in shown])
    sites = {row.id: row.name for row in session.execute(select(Site.id, Site.name))}
    return [_mover(session, one, sites, asked, now) for one in shown]


def _mover(
    session: Session,
    one: Standing,
    sites: Mapping[int, str],
    asked: Mapping[int, datetime | None],
    now: datetime,
) -> Mover:
    risk = one.risk
    score = one.indicated.score if one.indicated else 0
    site = sites.get(risk.site_id or 0, "")
    return Mover(
        title=risk.title,
        url=record_url(risk.kind, risk.id),
        where=f"{risk.number}, {site}" if site else risk.number,
        before=band_chip(score - one.moved, risk.risk_kind),
        after=band_chip(score, risk.risk_kind),
        why=_why(session, risk, now) or _("assessed again"),
        task=_("Assess again") if risk.id in asked else "",
        due=asked.get(risk.id),
    )


def _why(session: Session, risk: Risk, now: datetime) -> str:
    """Say what happened within ninety days, by kind; records are not named, not everybody may see them."""
    found = explain(session, risk.id, at=now).contributions
    recent = [one for one in found if one.age_days <= MOVED_WITHIN.days]
    words = event_words()
    counted = Counter(words.get(one.event.kind, one.event.kind) for one in recent)
    return ", ".join(word if count == 1 else f"{word} ({count})" for word, count in counted.most_common())


def _asked(session: Session, risk_ids: Sequence[int]) -> Mapping[int, datetime | None]:
    """Return until when the open reassessments of these risks are due, by risk."""
    rows = session.execute(
        select(Reassessment.risk_id, Reassessment.answer_due_at).where(
            Reassessment.risk_id.in_(risk_ids), Reassessment.closed_at.is_(None)
        )
    )
    return {row.risk_id: row.answer_due_at for row in rows if row.risk_id is not None}
