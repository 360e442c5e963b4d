"""What a leaver holds. The packages above know; the composition root brings their answers together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Holding:
    """Something a leaver holds: what it is, how many there are, and the page that shows them."""

    title: str
    count: int
    address: str


# Tells what a person holds; each package above accounts brings its own, joined by the composition root.
HoldingsOf = Callable[[Session, int], Sequence[Holding]]
# Is told that a person was disabled, or got or lost a role, within the same transaction.
Leaver = Callable[[UnitOfWork, int], None]


@dataclass(frozen=True, slots=True)
class Handover:
    """What the composition root knows about things people hold."""

    holdings: tuple[HoldingsOf, ...] = ()
    when_disabled: tuple[Leaver, ...] = ()
    when_withdrawn: tuple[Leaver, ...] = ()
    when_given: tuple[Leaver, ...] = ()

    def held_by(self, session: Session, person_id: int) -> list[Holding]:
        """Return everything the person holds, in the order of the packages."""
        found = (one for ask in self.holdings for one in ask(session, person_id))
        return [one for one in found if one.count]
