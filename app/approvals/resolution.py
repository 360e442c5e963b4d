"""Who would approve a case: which rule fires, which stages apply, who sits in them, and what is missing.

A running approval and the simulator ask the same functions, so the simulator cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from app.approvals.cases import Case
from app.approvals.chain import Chain, Group, Rule, Stage
from app.approvals.people import people_of
from app.approvals.rules import Pool, is_possible, seat
from app.decisions.feel import Expression, compile_expression, to_python
from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _


class ChainBroken(Broken):
    """A chain cannot say who approves: no rule applies, or a condition cannot be judged."""


class PoolTooSmall(Broken):
    """Too few people are left for a stage; it is a fault before anybody is asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked, and the member by which they were found."""

    person_id: int
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody whom a member names and who is not asked here.

    Shape: `because` is `author`, `voted_before`, or `elsewhere` (they count in another group).
    """

    person_id: int
    because: str


@dataclass(frozen=True, slots=True)
class FilledGroup:
    """A group with its people: who is asked, how many yes it takes, who was left out."""

    group: Group
    people: tuple[Asked, ...]
    needed: int
    way: int
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether the group can be met."""
        return len(self.people) >= self.needed


@dataclass(frozen=True, slots=True)
class FilledStage:
    """A stage that applies, by its place in the rule, with its people."""

    place: int
    stage: Stage
    groups: tuple[FilledGroup, ...]
    is_possible: bool

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody who is asked, each once, in the order in which they are asked."""
        return tuple(dict.fromkeys(one.person_id for group in self.groups for one in group.people))


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a chain answers for a case.

    Shape: `skipped` are places of stages whose condition does not hold.
    """

    place: int
    rule: Rule
    stages: tuple[FilledStage, ...]
    skipped: tuple[int, ...] = ()

    @property
    def gaps(self) -> list[str]:
        """What is missing, in sentences; empty when everybody needed is there."""
        found = [gap_sentence(one) for one in self.stages if not one.is_possible]
        return [*found, *(_crowded(self.stages))]


def resolve(session: Session, chain: Chain, case: Case) -> Resolution:
    """Return who approves a case by a chain.

    Errors: ChainBroken when no rule or no stage applies, or a condition is neither true nor false.
    """
    place = next((number for number, rule in enumerate(chain.rules) if holds(rule.condition, case)), None)
    if place is None:
        raise ChainBroken(_("No rule of the chain applies. An admin must add a rule without a condition."))
    rule = chain.rules[place]
    applies = [holds(stage.only_if, case) for stage in rule.stages]
    if not any(applies):
        raise ChainBroken(_("No stage of the rule “%(rule)s” applies.", rule=rule.name))
    return Resolution(
        place=place,
        rule=rule,
        stages=tuple(
            fill(session, number, stage, case) for number, stage in enumerate(rule.stages) if applies[number]
        ),
        skipped=tuple(number for number, does in enumerate(applies) if not does),
    )


def fill(
    session: Session, place: int, stage: Stage, case: Case, *, voted_before: Collection[int] = ()
) -> FilledStage:
    """Return a stage with its people: authors left out, everybody counted once in each way.

    Shape: `voted_before` are left out as well where the stage wants other people than the one before.
    """
    barred = {**dict.fromkeys(voted_before, "voted_before"), **dict.fromkeys(case.author_ids, "author")}
    asked = [_found(session, group, case) for group in stage.groups]
    free = [{who: why for who, why in each.items() if who not in barred} for each in asked]
    benches = seat(
        [
            Pool(tuple(each), group.quorum, group.number, group.joint)
            for each, group in zip(free, stage.groups, strict=True)
        ]
    )
    groups = tuple(
        FilledGroup(
            group=group,
            people=tuple(Asked(who, everybody[who]) for who in bench.people),
            needed=bench.needed,
            way=bench.way,
            left_out=tuple(
                LeftOut(who, barred.get(who, "elsewhere")) for who in everybody if who not in bench.people
            ),
        )
        for group, everybody, bench in zip(stage.groups, asked, benches, strict=True)
    )
    return FilledStage(place, stage, groups, is_possible(benches))


def holds(condition: str, case: Case) -> bool:
    """Tell whether a condition holds for a case; no condition always does, null does not.

    Errors: ChainBroken.
    """
    if not condition.strip():
        return True
    scope: Mapping[str, Any] = {"record": case.record, "settings": case.settings}
    value = to_python(_compiled(condition).evaluate(scope, now=case.at))
    if value is not None and not isinstance(value, bool):
        raise ChainBroken(_("The condition “%(text)s” is neither true nor false.", text=condition))
    return value is True


def gap_sentence(stage: FilledStage) -> str:
    """Return what a stage lacks and what to do about it."""
    short = next((one for one in stage.groups if not one.is_enough), None)
    name = (short.group.name if short else "") or stage.stage.name
    return _(
        "“%(name)s” needs %(needed)s and has %(count)s: authors do not approve, and everybody counts once. "
        "Give somebody the role, or name other people in the chain.",
        name=name,
        needed=short.needed if short else 1,
        count=len(short.people) if short else 0,
    )


def require_enough(gaps: Sequence[str]) -> None:
    """Pass when nothing is missing.

    Errors: PoolTooSmall.
    """
    if gaps:
        raise PoolTooSmall(" ".join(gaps))


def _crowded(stages: Sequence[FilledStage]) -> list[str]:
    """Return what is missing where a stage wants other people than the one before."""
    found = []
    for before, after in pairwise(stages):
        least = _least(before) + _least(after)
        everybody = {*before.people, *after.people}
        if after.stage.is_independent and len(everybody) < least:
            found.append(
                _(
                    "“%(name)s” wants other people than the stage before, and there are %(count)s for both.",
                    name=after.stage.name,
                    count=len(everybody),
                )
            )
    return found


def _least(stage: FilledStage) -> int:
    """Return the fewest people who can approve a stage."""
    ways: dict[int, int] = {}
    for group in stage.groups:
        ways[group.way] = ways.get(group.way, 0) + group.needed
    return min(ways.values())


def _found(session: Session, group: Group, case: Case) -> dict[int, str]:
    found: dict[int, str] = {}
    for member in group.members:
        for person_id in people_of(session, member, case):
            found.setdefault(person_id, member.key)
    return found


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Expression:
    return compile_expression(text)
