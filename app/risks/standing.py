"""Where risks stand: the indicated score beside the assessed one, and how much of it the company carries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from app.foundation.dated import former_values
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import Setting, values_by_site
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import Site
from app.quality_events.exposure import indicated
from app.quality_events.present import indicated_now
from app.quality_events.rules.exposure import Indicated
from app.quality_events.scores import Shown, shown_at
from app.risks.models import Appetite, Risk, RiskKind
from app.risks.rules import appetite_for
from app.trail import Subject, record
from app.workflow.figures import once

APPETITE = Setting(
    "risk.appetite",
    9,
    int,
    "Score above which a risk is more than the company wants to carry",
    is_dated=True,
)
MOVED_WITHIN = timedelta(days=90)


class UnknownPlace(Invalid):
    """An appetite was set for a site that does not exist."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A risk's figures at a moment.

    Shape: `indicated` None before the first assessment; `moved` is how far the indicated score has moved in
    ninety days. Units: scores from 1 to 25; of an opportunity a high one is good.
    """

    risk: Risk
    indicated: Indicated | None
    appetite: int
    moved: int = 0

    @property
    def is_unwelcome(self) -> bool:
        """Tell whether it is a risk and no opportunity."""
        return self.risk.risk_kind == RiskKind.RISK.value

    @property
    def is_above(self) -> bool:
        """Tell whether an unwelcome risk is above what the company wants to carry."""
        return self.is_unwelcome and self.indicated is not None and self.indicated.score > self.appetite

    @property
    def rank(self) -> int:
        """Return the priority in hundredths, for an order in whole numbers."""
        return int(self.indicated.priority * 100) if self.indicated else 0


@dataclass(frozen=True, slots=True)
class RiskThen:
    """A risk with its category and its site of a past moment."""

    risk: Risk
    category: str
    site_id: int | None


def is_higher(one: Standing) -> bool:
    """Tell whether events indicate more than people assessed."""
    return (
        one.is_unwelcome and one.indicated is not None and one.indicated.score > one.indicated.assessed_score
    )


def is_waiting(one: Standing) -> bool:
    """Tell whether events have faded, so that it falls when somebody has assessed it again."""
    return one.is_unwelcome and one.indicated is not None and one.indicated.is_held


def standings(
    session: Session,
    risks: Sequence[Risk],
    at: datetime,
    *,
    with_moves: bool = False,
    with_trend: bool = True,
) -> Mapping[int, Standing]:
    """Return where these risks stand now, by id; without the trend their priority is that of the score alone.

    Shape: `at` must not lie before anything recorded; nine statements however many risks, three more with
        moves. The running sums are read, and no event of a single risk.
    """
    ids = [risk.id for risk in risks]
    found = indicated_now(session, ids, at=at, with_trend=with_trend) if ids else {}
    before = shown_at(session, ids, at=at - MOVED_WITHIN) if with_moves and ids else {}
    return _placed(session, risks, found, before)


def standings_then(session: Session, risks: Sequence[RiskThen], at: datetime) -> Mapping[int, Standing]:
    """Return where risks stood just before a past moment, by id; the ledger is read.

    Shape: as was known then, and against the appetite that held then for the category and the site of then.
    """
    just_before = at - timedelta.resolution
    found = indicated(session, [one.risk.id for one in risks], at=just_before) if risks else {}
    decided, former = appetites(session, at), former_values(session, APPETITE.former_name, at)
    usual = values_by_site(session, APPETITE, {one.site_id for one in risks}, former)
    return {
        one.risk.id: Standing(
            one.risk,
            found.get(one.risk.id),
            appetite_for(decided, one.category, one.site_id) or usual[one.site_id],
        )
        for one in risks
    }


def _placed(
    session: Session,
    risks: Sequence[Risk],
    found: Mapping[int, Indicated],
    before: Mapping[int, Shown],
) -> Mapping[int, Standing]:
    decided = appetites(session)
    usual = values_by_site(session, APPETITE, {risk.site_id for risk in risks})
    return {
        risk.id: _standing(
            risk,
            found.get(risk.id),
            appetite_for(decided, risk.category, risk.site_id) or usual[risk.site_id],
            before.get(risk.id),
        )
        for risk in risks
    }


def _standing(risk: Risk, found: Indicated | None, appetite: int, before: Shown | None) -> Standing:
    """Put its figures together. An opportunity stands as assessed: no failure makes it greater."""
    is_chance = risk.risk_kind == RiskKind.OPPORTUNITY.value
    known = _as_assessed(found) if found and is_chance else found
    if known is None or before is None:
        return Standing(risk, known, appetite)
    return Standing(risk, known, appetite, known.score - (before.assessed if is_chance else before.indicated))


def open_risks(session: Session) -> Sequence[Risk]:
    """Return all open risks and opportunities; who may see which is asked where they are shown."""
    return session.scalars(select(Risk).where(Risk.closed_at.is_(None)).order_by(Risk.id)).all()


def where_standing(
    session: Session, at: datetime, holds: Callable[[Standing], bool], *, with_moves: bool = False
) -> ColumnElement[bool]:
    """Return the condition on `Risk` that keeps the open risks whose figures hold."""
    found = _of_open_risks(session, at, with_moves=with_moves)
    return Risk.id.in_([risk_id for risk_id, standing in found.items() if holds(standing)])


def _of_open_risks(session: Session, at: datetime, *, with_moves: bool = False) -> Mapping[int, Standing]:
    """Return where all open risks stand; filters and order of one list share one look."""

    def look() -> Mapping[int, Standing]:
        return standings(session, open_risks(session), at, with_moves=with_moves)

    return once(session, ("open risks", at, with_moves), look)


def ranks(session: Session, at: datetime) -> ColumnElement[int]:
    """Return the priority of each risk in hundredths as SQL, for sorting.

    Shape: only risks whose priority differs from their assessed score are named one by one.
    """
    found = _of_open_risks(session, at)
    named = {
        risk_id: standing.rank
        for risk_id, standing in found.items()
        if standing.rank != (standing.risk.score or 0) * 100
    }
    usual = case((Risk.score.is_(None), 0), else_=Risk.score * 100)
    return case(named, value=Risk.id, else_=usual) if named else usual


def appetites(session: Session, at: datetime | None = None) -> Mapping[tuple[str | None, int | None], int]:
    """Return the appetite in force, or that of just before a moment, by category and site; None is all."""
    decided = select(Appetite.category, Appetite.site_id, Appetite.appetite).order_by(Appetite.id)
    rows = session.execute(decided if at is None else decided.where(Appetite.set_at < at))
    return {(row.category, row.site_id): row.appetite for row in rows}


def appetite_history(session: Session) -> Sequence[Appetite]:
    """Return every decision on the appetite, the latest first."""
    return session.scalars(select(Appetite).order_by(Appetite.id.desc())).all()


def set_appetite(
    uow: UnitOfWork, *, category: str | None, site_id: int | None, appetite: int, reason: str
) -> None:
    """Decide how high a score the company carries. Units: 1 to 25.

    Errors: UnknownPlace. Effects: one row, the ones before stay; a trail entry.
    """
    if site_id is not None and uow.session.get(Site, site_id) is None:
        sentence = _("There is no such site. Choose one of the list.")
        raise UnknownPlace(sentence, [Problem("site", "unknown", sentence)])
    before = appetites(uow.session).get((category, site_id))
    uow.session.add(
        Appetite(
            category=category,
            site_id=site_id,
            appetite=appetite,
            reason=reason,
            set_at=uow.now,
            set_by_id=uow.actor_id,
        )
    )
    record(
        uow,
        verb="risk.appetite_set",
        subject=Subject(
            kind="risk_appetite", id=f"{category or 'all'}:{site_id or 0}", label="risk appetite"
        ),
        before={"appetite": before},
        after={"appetite": appetite, "category": category, "site": site_id},
        reason=reason,
    )


def visible_standings(
    found: Collection[Risk], session: Session, at: datetime, *, with_moves: bool = False
) -> Sequence[Standing]:
    """Return the standings of risks that were read as visible, the gravest priority first."""
    known = standings(session, list(found), at, with_moves=with_moves)
    return sorted(known.values(), key=lambda one: (-one.rank, one.risk.id))


def _as_assessed(one: Indicated) -> Indicated:
    return replace(
        one,
        likelihood=one.assessed_likelihood,
        severity=one.assessed_severity,
        score=one.assessed_score,
        band=one.assessed_band,
        trend=0,
        priority=Decimal(one.assessed_score),
    )
