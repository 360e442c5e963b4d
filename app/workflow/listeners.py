"""Domains that hear a stored message without opening or joining an instance for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.foundation.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Listener:
    """What a domain does when it hears a message, in the transaction that delivers it.

    Shape: `hear` gets the correlation key and the payload, and must be safe to call again. The addressee of a
    message is all it was meant for; any other message goes on to the catch events that wait for it, and is
    heard again when it waited for one of them.
    """

    name: str
    hear: Callable[[UnitOfWork, str, Mapping[str, Any]], None]
    is_addressee: bool = False
