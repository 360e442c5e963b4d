"""What a change of the ledger does to the risks it touches: sums, bands, and who must assess again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events import sums
from app.quality_events.band_changes import note_band_change
from app.quality_events.held import held_at, keep
from app.quality_events.present import Peaks, Scene
from app.quality_events.rules.exposure import Indicated, Rise, Weights, calls_for_reassessment, day_of
from app.quality_events.rules.summing import (
    EVERYTHING,
    Key,
    Place,
    Weighing,
    amounts_of,
    deltas,
    since_growth_day,
)
from app.quality_events.settings import weights_at
from app.quality_events.standing import Standing, place_of, touched_baselines
from app.records.models import Record
from app.workflow import messages

REASSESSMENT_REQUESTED = "risk.reassessment_requested"


@dataclass(frozen=True, slots=True)
class Swap:
    """One row of the ledger takes the place of another, or of none."""

    before: Weighing | None
    after: Weighing | None

    @property
    def changes_peaks(self) -> bool:
        """Tell whether a risk's gravest event may be another one than before."""
        return self.before is not None and _peak_of(self.before) != _peak_of(self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """What one row of the ledger brings about.

    Shape: `event_id` is that row, which names the messages; a silent change sends none. Units: `severity` of
    what happened.
    """

    event_id: int
    subject_kind: str
    subject_id: int
    severity: int
    swaps: Sequence[Swap]
    is_silent: bool = False

    def is_about(self, risk_id: int) -> bool:
        """Tell whether somebody linked what happened to a risk."""
        return any(swap.after is not None and risk_id in swap.after.risk_ids for swap in self.swaps)


@dataclass(frozen=True, slots=True)
class _Moved:
    before: Indicated
    after: Indicated
    is_linked: bool


def take_in(uow: UnitOfWork, change: Change) -> None:
    """Let the risks feel a change, and ask for a reassessment where it leaves one too far behind.

    Effects: the running sums; a row for each risk that rose higher than ever since its assessment; messages
        `risk.band_changed` and `risk.reassessment_requested`, at most one of each for a risk and an event.
    Source: lifecycles 4.5 and 5.1; a rise shows at once, a fall waits for a person.
    """
    weights = weights_at(uow.session, uow.now)
    moved = _moved_sums(change, weights)
    sums.add(uow, moved)
    touched = _touched(uow, moved)
    if not touched:
        _keep_peaks(uow, change, weights)
        return
    ids = [one.risk_id for one in touched]
    known = sums.read(uow, ids, _places(touched), weights)
    held = held_at(uow.session, touched, weights.version, uow.now)
    factor = since_growth_day(weights, day_of(uow.now))
    earlier = {key: growth - moved.get(key, 0.0) for key, growth in known.growth.items()}
    before = Scene(amounts_of(earlier, factor), known.peaks, held, weights, uow.now)
    _keep_peaks(uow, change, weights)
    later = _later_peaks(uow, change, ids, before)
    after = replace(before, amounts=amounts_of(known.growth, factor), peaks=later)
    found = [
        (one, _Moved(before.indicated(one), after.indicated(one), change.is_about(one.risk_id)))
        for one in touched
    ]
    _keep_rises(uow, change, found, weights)
    for _standing, one in found:
        if not change.is_silent:
            _tell(uow, change, one, weights)


def touched_by(uow: UnitOfWork, events: Iterable[Weighing]) -> Sequence[int]:
    """Return the risks that feel these events, linked to them or near by."""
    events = list(events)
    linked = {risk_id for event in events for risk_id in event.risk_ids}
    places = {event.place for event in events if 0 not in event.place}
    return [one.risk_id for one in touched_baselines(uow.session, linked, places, uow.now)]


def _moved_sums(change: Change, weights: Weights) -> dict[Key, float]:
    moved: dict[Key, float] = {}
    for swap in change.swaps:
        for key, amount in deltas(swap.before, swap.after, weights).items():
            moved[key] = moved.get(key, 0.0) + amount
    return {key: amount for key, amount in moved.items() if amount}


def _touched(uow: UnitOfWork, moved: Mapping[Key, float]) -> Sequence[Standing]:
    risk_ids = {risk_id for risk_id, _site, _process in moved} - {EVERYTHING}
    places = {(site, process) for risk_id, site, process in moved if risk_id == EVERYTHING}
    return touched_baselines(uow.session, risk_ids, places, uow.now) if moved else ()


def _keep_peaks(uow: UnitOfWork, change: Change, weights: Weights) -> None:
    """Keep the gravest of each risk; only what replaces a row may lower it and needs the ledger for that."""
    for swap in change.swaps:
        if swap.before is not None and swap.changes_peaks:
            sums.rebuild_peaks(uow, weights, swap.before.risk_ids)
        if swap.after is not None and weights.weight_of(swap.after.kind, 1):
            sums.raise_peaks(uow, swap.after)


def _later_peaks(uow: UnitOfWork, change: Change, ids: Sequence[int], before: Scene) -> Mapping[int, Peaks]:
    """Return the peaks after a change; without a replaced row they follow from those before it."""
    if any(swap.changes_peaks for swap in change.swaps):
        return sums.peaks_of(uow.session, ids)
    later = {risk_id: dict(peaks) for risk_id, peaks in before.peaks.items()}
    for event in (swap.after for swap in change.swaps):
        if event is None or not before.weights.weight_of(event.kind, 1):
            continue
        for risk_id in event.risk_ids:
            peaks = later.setdefault(risk_id, {})
            peaks[event.severity] = max(event.occurred_at, peaks.get(event.severity, event.occurred_at))
    return later


def _peak_of(event: Weighing | None) -> tuple[object, ...] | None:
    return None if event is None else (event.kind, event.severity, event.occurred_at, event.risk_ids)


def _keep_rises(
    uow: UnitOfWork, change: Change, found: Sequence[tuple[Standing, _Moved]], weights: Weights
) -> None:
    risen = [
        (standing, Rise(one.after.likelihood, one.after.severity, uow.now, change.event_id))
        for standing, one in found
        if one.after.score > one.before.score
    ]
    keep(uow, risen, weights.version)


def _tell(uow: UnitOfWork, change: Change, moved: _Moved, weights: Weights) -> None:
    before, after = moved.before, moved.after
    source = f"quality_event:{change.event_id}"
    key = f"risk:{after.risk_id}"
    if before.band is not after.band:
        note_band_change(uow, after.risk_id, before.band, after.band, source=source)
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
        "severity": change.severity,
        "raise_likelihood": moved.after.likelihood - moved.after.assessed_likelihood,
    }


def _places(baselines: Sequence[Standing]) -> set[Place]:
    return {place for one in baselines if (place := place_of(one)) is not None}
