"""The pure rules of approvals: how many must say yes, who sits where, when a stage is over, who stands in.

A stage is judged by sums, never by its members: what a vote costs does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.approvals.chain import Joint, OnNo, Quorum

SUBSTITUTE_DEPTH = 3


class StageOutcome(StrEnum):
    """Where a stage stands. Returned goes to the author or the stage before; rejected is for good."""

    UNDECIDED = "undecided"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"


class Verdict(StrEnum):
    """What a vote says."""

    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class GroupTally:
    """The sums of one group.

    Shape: `size` counts the seats, `needed` the yes it takes; groups of one `way` are all needed, another
    way is enough as well.
    """

    size: int
    needed: int
    approvals: int = 0
    refusals: int = 0
    way: int = 0

    @property
    def is_met(self) -> bool:
        """Whether enough have said yes."""
        return self.approvals >= self.needed

    @property
    def can_be_met(self) -> bool:
        """Whether enough can still say yes."""
        return self.size - self.refusals >= self.needed


@dataclass(frozen=True, slots=True)
class Terms:
    """How a stage treats a no."""

    has_veto: bool = True
    on_no: OnNo = OnNo.AUTHOR


def stage_outcome(tallies: Sequence[GroupTally], terms: Terms) -> StageOutcome:
    """Return where a stage stands after the votes so far.

    Shape: decided as soon as one way is met, a veto falls, or no way can be met any longer.
    Source: design.md section 3, No multi-instance over people.
    """
    no = StageOutcome.REJECTED if terms.on_no is OnNo.END else StageOutcome.RETURNED
    if terms.has_veto and any(one.refusals for one in tallies):
        return no
    ways = {one.way for one in tallies}
    if any(all(one.is_met for one in tallies if one.way == way) for way in ways):
        return StageOutcome.APPROVED
    if not any(all(one.can_be_met for one in tallies if one.way == way) for way in ways):
        return no
    return StageOutcome.UNDECIDED


def needed(quorum: Quorum, number: int, size: int) -> int:
    """Return how many of a group must say yes, at least one.

    Units: `number` counts heads, or is the percentage of a percent quorum, rounded up to whole people.
    """
    if quorum is Quorum.ALL:
        return max(size, 1)
    if quorum is Quorum.ANY:
        return 1
    if quorum is Quorum.PERCENT:
        return max(-(-number * size // 100), 1)
    return max(number, 1)


@dataclass(frozen=True, slots=True)
class Pool:
    """The people a group may draw on, in the order in which they are asked."""

    people: tuple[int, ...]
    quorum: Quorum = Quorum.ANY
    number: int = 1
    joint: Joint = Joint.AND


@dataclass(frozen=True, slots=True)
class Bench:
    """Who sits in a group once everybody counts once, and how many yes it takes."""

    people: tuple[int, ...]
    needed: int
    way: int

    @property
    def is_enough(self) -> bool:
        """Whether the group can be met at all."""
        return len(self.people) >= self.needed


def seat(pools: Sequence[Pool]) -> tuple[Bench, ...]:
    """Give everybody one seat in each way of a stage, so that each group can be met if that is possible.

    Shape: as many benches as pools, in their order. Somebody in several groups sits where all are needed,
    else where people are short, else in the first.
    Source: separation of duties, house practice: the same person counts once across groups.
    """
    ways = _ways(pools)
    benches: dict[int, Bench] = {}
    for way in dict.fromkeys(ways):
        places = [place for place, one in enumerate(ways) if one == way]
        seated = _seated([pools[place] for place in places])
        for place, people in zip(places, seated, strict=True):
            benches[place] = Bench(people, _needed_of(pools[place], people), way)
    return tuple(benches[place] for place in range(len(pools)))


def is_possible(benches: Sequence[Bench]) -> bool:
    """Tell whether some way can be met by the people there are."""
    ways = {one.way for one in benches}
    return any(all(one.is_enough for one in benches if one.way == way) for way in ways)


def stand_ins(person_id: int, away: Mapping[int, int], *, depth: int = SUBSTITUTE_DEPTH) -> tuple[int, ...]:
    """Return who acts for an absent person, one after the other: their substitute, and theirs in turn.

    Shape: `away` maps each absent person to the substitute of the day; empty when the person is there. A
    circle ends where it would begin again; nobody stands in over more than `depth` steps.
    """
    found: list[int] = []
    current = person_id
    while current in away and len(found) < depth:
        current = away[current]
        if current == person_id or current in found:
            break
        found.append(current)
    return tuple(found)


def _needed_of(pool: Pool, seated: Sequence[int]) -> int:
    if pool.quorum is Quorum.ALL and pool.people:
        return len(seated)  # who sits in another group of which all are needed is asked there
    return needed(pool.quorum, pool.number, len(pool.people))


def _ways(pools: Sequence[Pool]) -> list[int]:
    ways, current = [], 0
    for place, pool in enumerate(pools):
        current += place > 0 and pool.joint is Joint.OR
        ways.append(current)
    return ways


def _seated(pools: Sequence[Pool]) -> list[tuple[int, ...]]:
    """Return who sits in each of the groups of one way: a matching first, the rest where they stand first."""
    seats: dict[int, int] = {}
    for place, pool in enumerate(pools):
        if pool.quorum is Quorum.ALL:
            for person in pool.people:
                seats.setdefault(person, place)
    fixed = frozenset(seats)
    for place, pool in enumerate(pools):
        if pool.quorum is Quorum.ALL:
            continue
        for _number in range(needed(pool.quorum, pool.number, len(pool.people))):
            if not _take_a_seat(pools, seats, place, fixed):
                break
    for place, pool in enumerate(pools):
        for person in pool.people:
            seats.setdefault(person, place)
    return [
        tuple(person for person in pool.people if seats[person] == place) for place, pool in enumerate(pools)
    ]


def _take_a_seat(pools: Sequence[Pool], seats: dict[int, int], place: int, fixed: Iterable[int]) -> bool:
    """Find one more person for a group, letting others move to another of their groups (augmenting path)."""
    came_from: dict[int, tuple[int, int]] = {}
    ahead, seen = [place], {place}
    while ahead:
        here = ahead.pop(0)
        for person in pools[here].people:
            there = seats.get(person)
            if there is None:
                _move_along(seats, came_from, person, here)
                return True
            if person not in fixed and there not in seen:
                seen.add(there)
                came_from[there] = (person, here)
                ahead.append(there)
    return False


def _move_along(
    seats: dict[int, int], came_from: Mapping[int, tuple[int, int]], person: int, place: int
) -> None:
    seats[person] = place
    while place in came_from:
        person, place = came_from[place]
        seats[person] = place
