"""Living exposure: where the ledger says that risks stand, for any date, and why.

A figure of a date is what was known on it: rows, corrections, verdicts, assessments and settings recorded
since do not change it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.dates import written_day
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.quality_events import rows
from app.quality_events.held import held_at
from app.quality_events.models import RiskBaseline
from app.quality_events.rules.exposure import (
    Assessed,
    Contribution,
    Felt,
    Indicated,
    LinkedEvent,
    Rise,
    Weights,
    contribution,
    day_of,
    exact,
    indicate,
    steps,
)
from app.quality_events.rules.summing import EVERYTHING, Place, pressure_in
from app.quality_events.settings import weights_at
from app.quality_events.standing import Standing, place_of, standing_baselines


class NotAssessed(NotFound):
    """The risk had no assessment at that moment, so there is nothing to reckon from."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a risk stands where it stands: every event with its factors, and how they add up.

    Shape: `contributions` with the greatest first; `pressure` is the sum of their amounts; `raised_by` the
    steps that this adds to the assessed likelihood; `held` the rise that nobody has answered since.
    """

    indicated: Indicated
    assessed: Assessed
    weights: Weights
    contributions: Sequence[Contribution]
    linked_pressure: Decimal
    nearby_pressure: Decimal
    raised_by: int
    sentence: str
    held: Rise | None = None


def indicated(session: Session, risk_ids: Collection[int], *, at: datetime) -> Mapping[int, Indicated]:
    """Return where the risks stood at a moment by id; those not assessed by then are left out.

    Shape: five statements however many risks.
    Source: lifecycles 5.1; a rise shows at once, a fall waits until a person has assessed the risk again.
    """
    weights = weights_at(session, at)
    baselines = standing_baselines(session, risk_ids, at)
    held = held_at(session, baselines.values(), weights.version, at)
    return reckoned(session, baselines, weights, at=at, held=held)


def indicated_by(
    session: Session, risk_ids: Collection[int], weights: Weights, *, at: datetime
) -> Mapping[int, Indicated]:
    """Return where the risks would stand at a moment if these weights came into force then."""
    return reckoned(session, standing_baselines(session, risk_ids, at), weights, at=at)


def reckoned(
    session: Session,
    baselines: Mapping[int, Standing],
    weights: Weights,
    *,
    at: datetime,
    held: Mapping[int, Rise] | None = None,
) -> Mapping[int, Indicated]:
    """Return what the events of a moment come to; what is `held` keeps a risk from falling below it."""
    found = pressures(session, baselines, weights, at)
    return {
        risk_id: indicate(
            risk_id, assessed_as(baseline), found[risk_id], weights, held=(held or {}).get(risk_id)
        )
        for risk_id, baseline in baselines.items()
    }


def assessed_risks(session: Session) -> list[int]:
    """Return the ids of all risks that were ever assessed, in order."""
    return list(session.scalars(select(RiskBaseline.risk_id).distinct().order_by(RiskBaseline.risk_id)))


def explain(session: Session, risk_id: int, *, at: datetime) -> Explanation:
    """Return every event that a risk felt at a moment, with what each adds and why.

    Errors: NotAssessed when nobody had assessed it by then.
    """
    weights = weights_at(session, at)
    baselines = standing_baselines(session, [risk_id], at)
    if risk_id not in baselines:
        raise NotAssessed(_("This risk is not assessed yet, so its events have nothing to raise."))
    baseline = baselines[risk_id]
    held = held_at(session, [baseline], weights.version, at)
    result = reckoned(session, baselines, weights, at=at, held=held)[risk_id]
    found = session.execute(rows.events_of(risk_id, place_of(baseline), at))
    parts = [contribution(LinkedEvent(*row), weights, day_of(at)) for row in found]
    parts.sort(key=lambda part: (-part.amount, part.event.id))
    linked = sum((part.amount for part in parts if part.event.is_explicit), Decimal(0))
    return Explanation(
        indicated=result,
        assessed=assessed_as(baseline),
        weights=weights,
        contributions=parts,
        linked_pressure=exact(linked),
        nearby_pressure=result.pressure - exact(linked),
        raised_by=steps(result.pressure, weights),
        sentence=_sentence(result, parts, held.get(risk_id)),
        held=held.get(risk_id) if result.is_held else None,
    )


def pressures(
    session: Session, baselines: Mapping[int, Standing], weights: Weights, at: datetime
) -> Mapping[int, Felt]:
    """Return what weighs on each risk at a moment, reckoned from the whole ledger.

    Shape: every risk of `baselines`; two statements.
    """
    moments = rows.Moments(at, at - timedelta(days=weights.trend_days))
    places = {place for baseline in baselines.values() if (place := place_of(baseline)) is not None}
    now: dict[int, dict[Place, float]] = defaultdict(dict)
    before: dict[int, dict[Place, float]] = defaultdict(dict)
    gravest: dict[int, int] = defaultdict(int)
    for site_id, process_id, amount, earlier in session.execute(rows.place_sums(places, weights, moments)):
        place = (site_id or 0, process_id or 0)
        now[EVERYTHING][place], before[EVERYTHING][place] = amount, earlier
    for risk_id, site_id, process_id, amount, earlier, severity in session.execute(
        rows.explicit_sums(baselines.keys(), weights, moments)
    ):
        place = (site_id or 0, process_id or 0)
        now[risk_id][place], before[risk_id][place] = amount, earlier
        gravest[risk_id] = max(gravest[risk_id], severity or 0)
    return {
        risk_id: Felt(
            pressure_in(now, risk_id, place_of(baseline), weights),
            gravest[risk_id],
            pressure_in(before, risk_id, place_of(baseline), weights),
        )
        for risk_id, baseline in baselines.items()
    }


def assessed_as(baseline: Standing) -> Assessed:
    """Return what people said of the risk."""
    return Assessed(baseline.likelihood, baseline.severity)


def _sentence(result: Indicated, parts: Sequence[Contribution], held: Rise | None) -> str:
    weighing = sum(
        part.amount > 0 for part in parts
    )  # a verdict changes what others weigh, and weighs nothing
    if result.is_held and held is not None:
        return _(
            "Events indicated %(score)s on %(day)s and would indicate %(reckoned)s now; it falls when "
            "somebody has assessed the risk again.",
            score=result.score,
            day=written_day(held.risen_at),
            reckoned=result.reckoned_score,
        )
    if result.score == result.assessed_score:
        return ngettext(
            "%(num)s event weighs on this risk, not enough to move it from %(score)s.",
            "%(num)s events weigh on this risk, not enough to move it from %(score)s.",
            weighing,
            score=result.score,
        )
    return ngettext(
        "%(num)s event indicates %(score)s where people assessed %(assessed)s.",
        "%(num)s events indicate %(score)s where people assessed %(assessed)s.",
        weighing,
        score=result.score,
        assessed=result.assessed_score,
    )
