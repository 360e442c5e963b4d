"""Puts together what is known about the cases of a definition: its steps, its ways, how long it took."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.insight.queries import Case, Cases, cases_of, steps_of
from app.insight.rules import Run, StepFigures, Way, figures_of, grouped, percentile, runs_of, ways_of
from app.workflow.figures import FigureScope
from app.workflow.models import InstanceState

MINUTE = 60
ENDED = frozenset({InstanceState.OVER.value, InstanceState.CANCELLED.value})


@dataclass(frozen=True, slots=True)
class Study:
    """What the cases of a definition show.

    Shape: `steps` by element id; `passes` counts every element, gateways and events as well, by id; `ways`
    the most frequent first, with their cases.
    """

    cases: Sequence[Case]
    total: int
    steps: Mapping[str, StepFigures]
    passes: Mapping[str, int]
    ways: Sequence[tuple[Way, Sequence[int]]]
    again: frozenset[int]

    def count(self, *states: InstanceState) -> int:
        """Return how many cases stand in one of these states."""
        return sum(case.state in {one.value for one in states} for case in self.cases)

    def days(self, part: float, case_ids: Sequence[int] | None = None) -> float | None:
        """Return in how many calendar days a part of the ended cases had ended."""
        wanted = None if case_ids is None else frozenset(case_ids)
        spans = sorted(
            int((case.ended_at - case.started_at).total_seconds())
            for case in self.cases
            if case.ended_at is not None and (wanted is None or case.id in wanted)
        )
        found = percentile(spans, part)
        return None if found is None else found / (24 * 60 * MINUTE)

    def behind(self, pick: str) -> Sequence[int]:
        """Return the cases behind a figure: `here.analyse_cause`, `again`, `way.1f0c…`; none for others."""
        what, _dot, name = pick.partition(".")
        if what == "way":
            return next((ids for way, ids in self.ways if way_key(way) == name), ())
        if pick == "again":
            return sorted(self.again)
        figures = self.steps.get(name)
        return sorted(figures.cases.get(what, ())) if figures is not None else ()


def study_of(session: Session, key: str, version_id: int | None, scope: FigureScope, now: datetime) -> Study:
    """Return what the cases begun in a period show, as things stand at `now`.

    Effects: reads rows of instances and tasks, at most of the latest few thousand cases.
    """
    found = cases_of(session, key, version_id, scope)
    rows = grouped(steps_of(session, [case.id for case in found.cases]))
    runs = {case.id: runs_of(rows.get(case.id, ())) for case in found.cases}
    outcomes = {case.id: case.outcome or case.state for case in found.cases if case.state in ENDED}
    return Study(
        cases=found.cases,
        total=found.total,
        steps=figures_of(runs, now),
        passes=_passes(found),
        ways=ways_of(runs, outcomes),
        again=frozenset(case_id for case_id, of_case in runs.items() if _repeats(of_case)),
    )


def way_key(way: Way) -> str:
    """Return a short name of a way for addresses."""
    return hashlib.sha256("\n".join((*way.steps, way.outcome)).encode()).hexdigest()[:12]


def _passes(found: Cases) -> Mapping[str, int]:
    passes: Counter[str] = Counter()
    for case in found.cases:
        for element_id, (done, _here) in case.states.items():
            passes[element_id] += done
    return passes


def _repeats(runs: Sequence[Run]) -> bool:
    return len({run.step for run in runs}) < len(runs)
