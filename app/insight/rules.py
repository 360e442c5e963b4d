"""What the task rows of some cases say about the steps and ways of a diagram. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

DONE, OPEN = "done", "open"
HEATS = (0.0, 0.1, 0.25, 0.5)  # above these shares of late tasks a step is warm, warmer, hot, hottest


@dataclass(frozen=True, slots=True)
class StepRow:
    """One task row. Shape: `step` is the element of the case's own diagram; `is_call` when it is a call."""

    case_id: int
    step: str
    is_call: bool
    state: str
    created_at: datetime
    completed_at: datetime | None
    due_at: datetime
    original_due_at: datetime
    waiting: int | None
    handling: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """A case going through a step once, with all the task rows this took."""

    step: str
    rows: tuple[StepRow, ...]

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing of it is in hand."""
        return all(row.state == DONE for row in self.rows)


@dataclass(slots=True)
class StepFigures:
    """What is known about one step.

    Shape: `runs` are passes through the step, `again` those beyond the first of a case; `late` are done tasks
    that missed their first due moment, `overdue` open ones that missed the present one. Units: minutes of
    working time, in order.
    """

    runs: int = 0
    again: int = 0
    done: int = 0
    here: int = 0
    late: int = 0
    overdue: int = 0
    waiting: list[int] = field(default_factory=list)
    handling: list[int] = field(default_factory=list)
    cases: dict[str, set[int]] = field(default_factory=dict)

    def note(self, what: str, case_id: int) -> None:
        """Remember a case behind a figure: done, here, late, overdue or again."""
        self.cases.setdefault(what, set()).add(case_id)

    @property
    def late_share(self) -> float | None:
        """The part of all tasks that missed their moment, None where there was no task."""
        total = self.done + self.here
        return (self.late + self.overdue) / total if total else None

    @property
    def again_share(self) -> float | None:
        """The part of all passes that were a repetition."""
        return self.again / self.runs if self.runs else None


@dataclass(frozen=True, slots=True)
class Way:
    """The steps that cases took, in order, and how they ended."""

    steps: tuple[str, ...]
    outcome: str


def runs_of(rows: Sequence[StepRow]) -> list[Run]:
    """Return how one case went from step to step, in the order in which it came to them.

    A step is gone through again when it appears after all its tasks were done; inside a call, whose stages
    follow each other, only when something else was begun in between. Withdrawn tasks do not count.
    """
    found: list[list[StepRow]] = []
    latest: dict[str, list[StepRow]] = {}
    before = ""
    counted = (row for row in rows if row.state in {DONE, OPEN})
    for row in sorted(counted, key=lambda one: (one.created_at, one.step)):
        run = latest.get(row.step)
        if run is None or _is_new(run, row, before):
            run = []
            found.append(run)
            latest[row.step] = run
        run.append(row)
        before = row.step
    return [Run(run[0].step, tuple(run)) for run in found]


def _is_new(run: Sequence[StepRow], row: StepRow, before: str) -> bool:
    if row.is_call and before == row.step:
        return False
    return all(one.completed_at is not None and one.completed_at <= row.created_at for one in run)


def figures_of(runs: Mapping[int, Sequence[Run]], now: datetime) -> dict[str, StepFigures]:
    """Return the figures of each step. Shape: `runs` by case."""
    found: dict[str, StepFigures] = {}
    for case_id, of_case in runs.items():
        seen: Counter[str] = Counter()
        for run in of_case:
            figures = found.setdefault(run.step, StepFigures())
            figures.runs += 1
            seen[run.step] += 1
            if seen[run.step] > 1:
                figures.again += 1
                figures.note("again", case_id)
            for row in run.rows:
                _count(figures, row, now)
    for figures in found.values():
        figures.waiting.sort()
        figures.handling.sort()
    return found


def _count(figures: StepFigures, row: StepRow, now: datetime) -> None:
    if row.state == OPEN:
        figures.here += 1
        figures.note("here", row.case_id)
        if row.due_at < now:
            figures.overdue += 1
            figures.note("overdue", row.case_id)
        return
    figures.done += 1
    figures.note("done", row.case_id)
    if row.completed_at is not None and row.completed_at > row.original_due_at:
        figures.late += 1
        figures.note("late", row.case_id)
    if row.waiting is not None:
        figures.waiting.append(row.waiting)
    if row.handling is not None:
        figures.handling.append(row.handling)


def ways_of(runs: Mapping[int, Sequence[Run]], outcomes: Mapping[int, str]) -> list[tuple[Way, list[int]]]:
    """Return the ways of the cases that ended with the cases that took them, the most frequent first."""
    found: dict[Way, list[int]] = {}
    for case_id, outcome in outcomes.items():
        steps = tuple(run.step for run in runs.get(case_id, ()))
        found.setdefault(Way(steps, outcome), []).append(case_id)
    return sorted(found.items(), key=lambda one: (-len(one[1]), one[0].steps, one[0].outcome))


def percentile(ordered: Sequence[int], part: float) -> float | None:
    """Return the value below which a part of the ordered values lies, between two of them in proportion."""
    if not ordered:
        return None
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def heat_of(share: float | None) -> int:
    """Return how hot a step is: 0 when nothing is late, up to 4 when half of it is."""
    if not share:
        return 0
    return sum(share > bound for bound in HEATS)


def grouped(rows: Iterable[StepRow]) -> dict[int, list[StepRow]]:
    """Return task rows by case."""
    found: dict[int, list[StepRow]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
