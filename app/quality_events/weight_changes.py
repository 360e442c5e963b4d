"""Puts other weights of exposure in force."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events import rises, sums
from app.quality_events.exposure import assessed_risks
from app.quality_events.models import ExposureSettings
from app.quality_events.rules.exposure import Weights
from app.quality_events.settings import WeightsInvalid, from_values, read_weights, to_values, weights_at
from app.trail import Subject, record


def decide(uow: UnitOfWork, values: Mapping[str, str], reason: str) -> int:
    """Put another version of the weights in force from here on and return its id.

    Errors: WeightsInvalid with every value at fault, and for a change without a reason or without a change.
    Effects: a row, a trail entry, and all running sums anew. Scores of earlier dates stay what they were; how
        high a risk was raised counts from here on, by the weights that people decided on.
    """
    weights = read_weights(values)
    before = to_values(weights_at(uow.session, uow.now))
    after = to_values(weights)
    if not reason.strip():
        sentence = _("Say why the weights change; the trail keeps the reason.")
        raise WeightsInvalid(sentence, [Problem("reason", "required", sentence)])
    changed = {key: value for key, value in after.items() if Decimal(value) != Decimal(before[key])}
    if not changed:
        raise WeightsInvalid(_("Nothing differs from the weights in force."))
    row = ExposureSettings(
        valid_from=uow.now, decided_by_id=uow.actor_id, reason=reason.strip(), weights=after
    )
    uow.session.add(row)
    uow.session.flush()  # the trail and the sums name the version
    record(
        uow,
        verb="exposure.weights_changed",
        subject=Subject("exposure_settings", row.id, _("version %(id)s", id=row.id)),
        before={key: before[key] for key in changed},
        after=changed,
        reason=row.reason,
    )
    _begin_anew(uow, from_values(after, version=row.id))
    return row.id


def _begin_anew(uow: UnitOfWork, weights: Weights) -> None:
    sums.rebuild(uow, weights)
    rises.begin(uow, assessed_risks(uow.session), weights)
