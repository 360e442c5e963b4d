"""What moved on the map within ninety days, why, and who must act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.quality_events.recent import recent_kinds
from app.records.urls import record_url
from app.risks.chips import band_chip
from app.risks.models import Reassessment, Risk
from app.risks.standing import MOVED_WITHIN, Standing, is_waiting
from app.risks.why_page import event_words
from app.web.parts import Chip

MOST_MOVERS, MOST_FALLERS = 5, 3


@dataclass(frozen=True, slots=True)
class Mover:
    """A risk whose indicated score moved within ninety days, or falls when somebody has looked at it.

    Shape: `why` counts the kinds of what happened since; `due` is until when somebody must look at it again,
    `task` says what that is about; `is_waiting` while `after` is not shown anywhere yet.
    """

    title: str
    url: str
    where: str
    before: Chip | None
    after: Chip | None
    why: str
    task: str = ""
    due: datetime | None = None
    is_waiting: bool = False


def movers(session: Session, standings: Sequence[Standing], now: datetime) -> Sequence[Mover]:
    """Return what moved most, the farthest first; five statements however many."""
    moved = sorted((one for one in standings if one.moved), key=lambda one: (-abs(one.moved), one.risk.id))
    shown = moved[:MOST_MOVERS]
    ids = [one.risk.id for one in shown]
    asked = _asked(session, ids)
    happened = recent_kinds(session, ids, at=now, within=MOVED_WITHIN) if ids else {}
    sites = _site_names(session)
    return [_mover(one, sites, asked, happened.get(one.risk.id, Counter())) for one in shown]


def fallers(session: Session, standings: Sequence[Standing], now: datetime) -> Sequence[Mover]:
    """Return what events would lower, and whom it waits for; the farthest first, five statements."""
    waiting = sorted((one for one in standings if is_waiting(one)), key=lambda one: (_fall(one), one.risk.id))
    shown = waiting[:MOST_FALLERS]
    ids = [one.risk.id for one in shown]
    happened = recent_kinds(session, ids, at=now, within=MOVED_WITHIN) if ids else {}
    sites = _site_names(session)
    owners = names_of(session, [one.risk.owner_id for one in shown if one.risk.owner_id]) if ids else {}
    return [
        _faller(one, sites, owners.get(one.risk.owner_id or 0, ""), happened.get(one.risk.id, Counter()))
        for one in shown
    ]


def _fall(one: Standing) -> int:
    return one.indicated.reckoned_score - one.indicated.score if one.indicated else 0


def _faller(one: Standing, sites: Mapping[int, str], owner: str, happened: Counter[str]) -> Mover:
    assert one.indicated is not None, "only assessed risks wait"
    risk = one.risk
    return Mover(
        title=risk.title,
        url=record_url(risk.kind, risk.id),
        where=_place(risk, sites),
        before=band_chip(one.indicated.score, risk.risk_kind),
        after=band_chip(one.indicated.reckoned_score, risk.risk_kind),
        why=_why(happened) or _("The events have faded"),
        task=_("Waits for %(person)s", person=owner) if owner else _("Waits for somebody who owns it"),
        is_waiting=True,
    )


def _mover(
    one: Standing, sites: Mapping[int, str], asked: Mapping[int, datetime | None], happened: Counter[str]
) -> Mover:
    risk = one.risk
    score = one.indicated.score if one.indicated else 0
    return Mover(
        title=risk.title,
        url=record_url(risk.kind, risk.id),
        where=_place(risk, sites),
        before=band_chip(score - one.moved, risk.risk_kind),
        after=band_chip(score, risk.risk_kind),
        why=_why(happened) or _("Assessed again"),
        task=_("Assess again") if risk.id in asked else "",
        due=asked.get(risk.id),
    )


def _place(risk: Risk, sites: Mapping[int, str]) -> str:
    site = sites.get(risk.site_id or 0, "")
    return f"{risk.number}, {site}" if site else risk.number


def _site_names(session: Session) -> Mapping[int, str]:
    return {row.id: row.name for row in session.execute(select(Site.id, Site.name))}


def _why(happened: Counter[str]) -> str:
    """Say what happened within ninety days, by kind; records are not named, not everybody may see them."""
    words = event_words()
    counted = [(words.get(kind, kind), count) for kind, count in happened.most_common()]
    return ", ".join(word if count == 1 else f"{word} ({count})" for word, count in counted)


def _asked(session: Session, risk_ids: Sequence[int]) -> Mapping[int, datetime | None]:
    """Return until when the open reassessments of these risks are due, by risk."""
    rows = session.execute(
        select(Reassessment.risk_id, Reassessment.answer_due_at).where(
            Reassessment.risk_id.in_(risk_ids), Reassessment.closed_at.is_(None)
        )
    )
    return {row.risk_id: row.answer_due_at for row in rows if row.risk_id is not None}
