"""The versions of the weights of exposure. A version never changes; a change of mind is another version."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.quality_events import sums
from app.quality_events.models import ExposureSettings
from app.quality_events.rules.exposure import TYPE_WEIGHTS, Weights
from app.trail import Subject, record

TYPE_PREFIX = "type."
SHIPPED = Weights()
LEAST = {
    "half_life_days": 30,  # faster fading makes sums that grow past what a float holds
    "severity_divisor": 1,
    "divisor": 1,
    "trend_days": 1,
    "severity_window_days": 1,
}
MOST = 10_000
_WHOLE = re.compile(r"[0-9]{1,5}")
_DECIMAL = re.compile(r"[0-9]{1,5}([.,][0-9]{1,4})?")
_PLAIN = tuple(one.name for one in fields(Weights) if one.name not in {"version", "types"})


class WeightsInvalid(Invalid):
    """A weight is missing, no number, or outside of what the arithmetic can carry."""


def weights_at(session: Session, at: datetime) -> Weights:
    """Return the weights in force at a moment, the shipped ones before anybody changed them."""
    row = session.execute(
        select(ExposureSettings.id, ExposureSettings.weights)
        .where(ExposureSettings.valid_from <= at)
        .order_by(ExposureSettings.valid_from.desc(), ExposureSettings.id.desc())
        .limit(1)
    ).first()
    return SHIPPED if row is None else from_values(row.weights, version=row.id)


def versions(session: Session) -> Sequence[ExposureSettings]:
    """Return all versions that people decided on, the latest first."""
    return session.scalars(select(ExposureSettings).order_by(ExposureSettings.id.desc())).all()


def to_values(weights: Weights) -> dict[str, str]:
    """Return weights as texts by key: `type.<kind>` for what kinds weigh, the other names as they are."""
    plain = {name: str(getattr(weights, name)) for name in _PLAIN}
    return {**{f"{TYPE_PREFIX}{kind}": str(weight) for kind, weight in weights.types.items()}, **plain}


def from_values(values: Mapping[str, Any], *, version: int = 0) -> Weights:
    """Return weights from texts by key; what they do not name is as shipped."""
    plain: dict[str, Any] = {
        name: type(getattr(SHIPPED, name))(values[name]) for name in _PLAIN if name in values
    }
    types = {
        kind: Decimal(str(values.get(f"{TYPE_PREFIX}{kind}", weight)))
        for kind, weight in TYPE_WEIGHTS.items()
    }
    return Weights(version=version, types=types, **plain)


def read_weights(values: Mapping[str, str]) -> Weights:
    """Return the weights that somebody typed.

    Errors: WeightsInvalid with every value at fault.
    """
    typed = {key: values.get(key, "").strip() for key in to_values(SHIPPED)}
    problems = [
        Problem(key, "number", _sentence(key)) for key, text in typed.items() if not _is_fit(key, text)
    ]
    if problems:
        raise WeightsInvalid(_("The weights were not changed."), problems)
    return from_values({key: text.replace(",", ".") for key, text in typed.items()})


def decide(uow: UnitOfWork, values: Mapping[str, str], reason: str) -> int:
    """Put another version of the weights in force from here on and return its id.

    Errors: WeightsInvalid with every value at fault, and for a change without a reason or without a change.
    Effects: a row, a trail entry, and all running sums anew. Scores of earlier dates stay what they were.
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
    sums.rebuild(uow, from_values(after, version=row.id))
    return row.id


def _is_fit(key: str, text: str) -> bool:
    """Tell whether a text is a plain number within bounds; 1e3, 1_000 and other ways of writing are none."""
    pattern = _WHOLE if _is_whole(key) else _DECIMAL
    if not pattern.fullmatch(text):
        return False
    return LEAST.get(key, 0) <= Decimal(text.replace(",", ".")) <= MOST


def _is_whole(key: str) -> bool:
    return isinstance(getattr(SHIPPED, key, None), int)


def _sentence(key: str) -> str:
    bounds = {"least": LEAST.get(key, 0), "most": MOST}
    if _is_whole(key):
        return _("This needs a whole number from %(least)s to %(most)s.", **bounds)
    return _("This needs a number from %(least)s to %(most)s, with four decimals at most.", **bounds)
