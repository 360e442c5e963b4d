"""Who would approve this? A chain tried on a case: rule, stages, people, days, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.approvals.cases import Case
from app.approvals.chain import Chain, Mode
from app.approvals.people import away_on, substitutes
from app.approvals.resolution import FilledStage, Resolution, gap_sentence, resolve
from app.approvals.rules import stand_ins
from app.foundation.durations import Duration
from app.foundation.errors import QmsError
from app.foundation.working_time import Calendar, add_working_time
from app.workflow.site_calendars import calendars


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who acts for somebody who is away, None when nobody can.

    Shape: `is_asked` when they have a vote of their own, so that they cannot give this one.
    """

    person_id: int
    until: date
    substitute_id: int | None
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class TriedStage:
    """A stage as it would run: when it is due at the latest, and who is away on the day it would be asked."""

    filled: FilledStage
    due_at: datetime
    away: tuple[Deputy, ...] = ()
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a chain would do with a case.

    Shape: `refusal` says why it could not even begin, and then there is nothing else; `votes` counts the
    fewest yes it takes. Units: `ends_at` is the latest moment, with every stage at its last.
    """

    resolution: Resolution | None
    stages: tuple[TriedStage, ...] = ()
    votes: int = 0
    ends_at: datetime | None = None
    working_days: int = 0
    gaps: tuple[str, ...] = field(default_factory=tuple)
    refusal: str = ""


def simulate(session: Session, chain: Chain, case: Case) -> Simulation:
    """Try a chain on a case. Nothing is written; what would be a fault is told."""
    try:
        resolution = resolve(session, chain, case)
    except QmsError as error:
        return Simulation(None, refusal=error.sentence)
    calendar = calendars.get(session, case.site_id)
    stages, moment, days = [], case.at, 0
    for filled in resolution.stages:
        turns = len(filled.people) if filled.stage.mode is Mode.SEQUENTIAL else 1
        span = _span(filled.stage.due)
        stages_due = moment
        for _turn in range(max(turns, 1)):
            stages_due = add_working_time(stages_due, span, calendar)
        days += span.days * max(turns, 1)
        stages.append(
            TriedStage(
                filled=filled,
                due_at=stages_due,
                away=_away(session, filled, _day(moment, calendar)),
                gap="" if filled.is_possible else gap_sentence(filled),
            )
        )
        moment = stages_due
    return Simulation(
        resolution=resolution,
        stages=tuple(stages),
        votes=sum(fewest_votes(one.filled) for one in stages),
        ends_at=moment,
        working_days=days,
        gaps=tuple(resolution.gaps),
    )


def fewest_votes(stage: FilledStage) -> int:
    """Return the fewest yes a stage takes: of the way that needs the fewest."""
    ways: dict[int, int] = {}
    for group in stage.groups:
        ways[group.way] = ways.get(group.way, 0) + group.needed
    return min(ways.values())


def differs(one: Simulation, other: Simulation) -> bool:
    """Tell whether two trials would ask other people, in other stages, or until another day."""
    return _essence(one) != _essence(other)


def _essence(tried: Simulation) -> tuple[object, ...]:
    return (
        tried.refusal,
        tuple((one.filled.stage.name, one.filled.people, one.due_at) for one in tried.stages),
        tried.votes,
    )


def _away(session: Session, stage: FilledStage, on: date) -> tuple[Deputy, ...]:
    away = away_on(session, stage.people, on)
    acting = substitutes(away)
    found = []
    for person_id in stage.people:
        if person_id not in away:
            continue
        deputy = _deputy(stand_ins(person_id, acting), acting) if stage.stage.lets_deputies_act else None
        found.append(Deputy(person_id, away[person_id].until, deputy, deputy in stage.people))
    return tuple(found)


def _deputy(chain: Sequence[int], away: dict[int, int]) -> int | None:
    """Return the first of those who stand in that is there."""
    return next((one for one in chain if one not in away), None)


def _span(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except QmsError:
        return Duration(days=1)  # a draft may hold anything; the gate refuses it


def _day(moment: datetime, calendar: Calendar) -> date:
    return moment.astimezone(calendar.zone).date()
