"""The doors of the map: each leads to the register with exactly the rows that a figure counts."""

from __future__ import annotations

from app.web.addresses import address


def door(kind: str, **values: str | int) -> str:
    """Return the address of the register with these filters."""
    return address("risk.listing", risk_kind=kind, **values)
