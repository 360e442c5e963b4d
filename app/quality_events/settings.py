"""The versions of the weights of exposure. A version never changes; a change of mind is another version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.quality_events.models import ExposureSettings
from app.quality_events.rules.exposure import TYPE_WEIGHTS, Weights

TYPE_PREFIX = "type."
SHIPPED = Weights()
_PLAIN = tuple(one.name for one in fields(Weights) if one.name not in {"version", "types"})


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
