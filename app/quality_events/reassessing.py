"""What a change of the ledger does to the risks it touches: sums, bands, and who must assess again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events import sums
from app.quality_events.baselines import Standing, place_of, touched_baselines
from app.quality_events.rules.exposure import (
    Assessed,
    Indicated,
    Weights,
    calls_for_reassessment,
    day_of,
    indicate,
    is_recent,
)
from app.quality_events.rules.summing import (
    EVERYTHING,
    Amounts,
    Key,
    Place,
    Weighing,
    deltas,
    pressure_in,
    since_growth_day,
)
from app.quality_events.settings import weights_at
from app.records.models import Record
from app.workflow import messages

REASSESSMENT_REQUESTED = "risk.reassessment_requested"
BAND_CHANGED = "risk.band_changed"

Peaks = Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the ledger takes the place of another, or of none.

    Shape: `event_id` is the row that caused it, which names the messages; a silent one sends none.
    """

    event_id: int
    subject_kind: str
    subject_id: int
    before: Weighing | None
    after: Weighing | None
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the touched risks feel before and after a change."""

    earlier: Amounts
    later: Amounts
    peaks: Mapping[int, Peaks]
    event: Weighing | None
    weights: Weights
    at: datetime


@dataclass(frozen=True, slots=True)
class _Moved:
    before: Indicated
    after: Indicated
    is_linked: bool


def take_in(uow: UnitOfWork, change: Change) -> None:
    """Let the risks feel a change, and ask for a reassessment where it leaves one too far behind.

    Effects: the running sums; messages `risk.band_changed` and `risk.reassessment_requested`, at most one of
        each for a risk and an event.
    Source: lifecycles 4.5 and 5.1; a rise shows at once, a fall waits for a person.
    """
    weights = weights_at(uow.session, uow.now)
    moved = deltas(change.before, change.after, weights)
    sums.add(uow, moved)
    risk_ids = {risk_id for risk_id, _site, _process in moved} - {EVERYTHING}
    places = {(site, process) for risk_id, site, process in moved if risk_id == EVERYTHING}
    touched = () if change.is_silent else touched_baselines(uow.session, risk_ids, places, uow.now)
    if touched:
        known = sums.read(uow, [one.risk_id for one in touched], _places(touched), weights)
        scene = _scene(known, moved, change, weights, uow.now)
        for one in touched:
            _tell(uow, change, _moved(one, scene), weights)
    _keep_peaks(uow, change, weights)


def _keep_peaks(uow: UnitOfWork, change: Change, weights: Weights) -> None:
    """Keep the gravest of each risk; only what replaces a row may lower it and needs the ledger for that."""
    if change.before is not None and _peak_of(change.before) != _peak_of(change.after):
        sums.rebuild_peaks(uow, weights, change.before.risk_ids)
    if change.after is not None and weights.weight_of(change.after.kind, 1):
        sums.raise_peaks(uow, change.after)


def _peak_of(event: Weighing | None) -> tuple[object, ...] | None:
    return None if event is None else (event.kind, event.severity, event.occurred_at, event.risk_ids)


def _scene(
    known: sums.Sums, moved: Mapping[Key, float], change: Change, weights: Weights, at: datetime
) -> _Scene:
    factor = since_growth_day(weights, day_of(at))
    earlier = {key: growth - moved.get(key, 0.0) for key, growth in known.growth.items()}
    return _Scene(
        earlier=_amounts(earlier, factor),
        later=_amounts(known.growth, factor),
        peaks=known.peaks,
        event=change.after,
        weights=weights,
        at=at,
    )


def _amounts(growth: Mapping[Key, float], factor: float) -> Amounts:
    amounts: dict[int, dict[Place, float]] = defaultdict(dict)
    for (risk_id, site_id, process_id), amount in growth.items():
        amounts[risk_id][site_id, process_id] = amount * factor
    return amounts


def _moved(baseline: Standing, scene: _Scene) -> _Moved:
    peaks = scene.peaks.get(baseline.risk_id, {})
    event = scene.event
    is_linked = event is not None and baseline.risk_id in event.risk_ids
    later = dict(peaks)
    if event is not None and is_linked and scene.weights.weight_of(event.kind, 1):
        later[event.severity] = max(event.occurred_at, later.get(event.severity, event.occurred_at))
    return _Moved(
        _indicated(baseline, scene.earlier, peaks, scene),
        _indicated(baseline, scene.later, later, scene),
        is_linked=is_linked,
    )


def _indicated(baseline: Standing, amounts: Amounts, peaks: Peaks, scene: _Scene) -> Indicated:
    pressure = pressure_in(amounts, baseline.risk_id, place_of(baseline), scene.weights)
    recent = (one for one, last in peaks.items() if is_recent(last, scene.at, scene.weights))
    assessed = Assessed(baseline.likelihood, baseline.severity)
    severity = max(recent, default=0)
    return indicate(baseline.risk_id, assessed, pressure, severity, scene.weights, before=pressure)


def _tell(uow: UnitOfWork, change: Change, moved: _Moved, weights: Weights) -> None:
    before, after = moved.before, moved.after
    source = f"quality_event:{change.event_id}"
    key = f"risk:{after.risk_id}"
    if before.band is not after.band:
        payload = {"risk_id": after.risk_id, "before": before.band.value, "after": after.band.value}
        messages.send(uow, BAND_CHANGED, key, source=source, payload=payload)
    if calls_for_reassessment(before.score, after.score, after.assessed_score, weights):
        messages.send(uow, REASSESSMENT_REQUESTED, key, source=source, payload=_request(uow, change, moved))


def _request(uow: UnitOfWork, change: Change, moved: _Moved) -> dict[str, Any]:
    """Say who asks. What only happened near by is named in the reason and need not wait for the answer."""
    statement = select(Record.kind, Record.id, Record.number, Record.title)
    subject = uow.session.execute(
        statement.where(Record.id == change.subject_id, Record.kind == change.subject_kind)
    ).mappings()
    named = subject.one_or_none()
    trigger = dict(named) if named is not None and moved.is_linked else None
    reason = _(
        "%(number)s raised the indicated score from %(before)s to %(after)s; people assessed %(assessed)s.",
        number=named["number"] if named is not None else _("A quality event"),
        before=moved.before.score,
        after=moved.after.score,
        assessed=moved.after.assessed_score,
    )
    return {
        "risk_id": moved.after.risk_id,
        "trigger": trigger,
        "reason": reason,
        "severity": change.after.severity if change.after is not None else 1,
        "raise_likelihood": moved.after.likelihood - moved.after.assessed_likelihood,
    }


def _places(baselines: Sequence[Standing]) -> set[Place]:
    return {place for one in baselines if (place := place_of(one)) is not None}
