"""The versions of the weights of exposure. A version never changes; a change of mind is another version."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.quality_events.models import ExposureSettings
from app.quality_events.rules.exposure import TYPE_WEIGHTS, Weights

TYPE_PREFIX = "type."
SHIPPED = Weights()
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
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
    row = session.execute(_in_force(), {"at": at}).first()
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


def in_force_since(session: Session, version: int) -> datetime:
    """Return since when a version is in force; the shipped one always was."""
    row = session.get(ExposureSettings, version)
    return row.valid_from if row is not None else ALWAYS


# Each event asks this, so it is put together once: that takes longer than to ask.
@cache
def _in_force() -> Select[int, dict[str, Any]]:
    version = ExposureSettings.__table__.c
    return (
        select(version.id, version.weights)
        .where(version.valid_from <= bindparam("at", type_=version.valid_from.type))
        .order_by(version.valid_from.desc(), version.id.desc())
        .limit(1)
    )


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
