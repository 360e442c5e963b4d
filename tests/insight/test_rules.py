from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.insight.rules import StepRow, Way, figures_of, heat_of, percentile, runs_of, ways_of

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MORNING + timedelta(hours=hours)


def row(step: str, begin: float, end: float | None = None, *, case: int = 1, call: bool = False) -> StepRow:
    return StepRow(
        case_id=case,
        step=step,
        is_call=call,
        state="open" if end is None else "done",
        created_at=at(begin),
        completed_at=None if end is None else at(end),
        due_at=at(begin + 10),
        original_due_at=at(begin + 5),
        waiting=None if end is None else int(60 * (end - begin)),
        handling=None,
    )


def names(*rows: StepRow) -> list[str]:
    return [run.step for run in runs_of(rows)]


def test_steps_come_in_the_order_in_which_they_began() -> None:
    assert names(row("b", 2, 3), row("a", 0, 1), row("c", 4)) == ["a", "b", "c"]


def test_a_step_that_is_begun_again_after_it_was_done_is_a_repetition() -> None:
    assert names(row("a", 0, 1), row("b", 1, 2), row("a", 2, 3), row("a", 3, 4)) == ["a", "b", "a", "a"]


def test_several_people_asked_at_once_go_through_a_step_once() -> None:
    assert names(row("a", 0, 3), row("a", 0, 1), row("a", 2, 4)) == ["a"]


def test_the_stages_of_a_call_are_one_pass_until_something_else_was_begun() -> None:
    stages = (row("ask", 0, 1, call=True), row("ask", 1, 2, call=True))

    assert names(*stages) == ["ask"]
    assert names(*stages, row("plan", 2, 3), row("ask", 3, 4, call=True)) == ["ask", "plan", "ask"]


def test_withdrawn_tasks_do_not_count() -> None:
    withdrawn = StepRow(1, "b", False, "cancelled", at(1), None, at(9), at(9), None, None)

    assert names(row("a", 0, 1), withdrawn, row("c", 2, 3)) == ["a", "c"]


def test_late_is_judged_by_the_first_due_moment_overdue_by_the_present_one() -> None:
    runs = {
        1: runs_of([row("a", 0, 6)]),
        2: runs_of([row("a", 0, case=2)]),
        3: runs_of([row("a", 5, case=3)]),
    }

    figures = figures_of(runs, at(11))["a"]

    assert (figures.done, figures.late, figures.here, figures.overdue) == (1, 1, 2, 1)
    assert (figures.cases["late"], figures.cases["overdue"]) == ({1}, {2})
    assert figures.late_share == pytest.approx(2 / 3)


def test_rework_is_the_part_of_passes_beyond_the_first_of_a_case() -> None:
    runs = {
        1: runs_of([row("a", 0, 1), row("b", 1, 2), row("a", 2, 3)]),
        2: runs_of([row("a", 0, 1, case=2)]),
    }

    figures = figures_of(runs, at(4))

    assert (figures["a"].runs, figures["a"].again, figures["b"].again) == (3, 1, 0)
    assert figures["a"].again_share == pytest.approx(1 / 3)
    assert figures["a"].cases["again"] == {1}


def test_ways_are_told_apart_by_their_end_and_sorted_by_how_many_took_them() -> None:
    runs = {case: runs_of([row("a", 0, 1, case=case)]) for case in (1, 2, 3, 4)}

    found = ways_of(runs, {1: "closed", 2: "closed", 3: "cancelled"})

    assert found == [(Way(("a",), "closed"), [1, 2]), (Way(("a",), "cancelled"), [3])]


@pytest.mark.parametrize(("part", "value"), [(0.5, 25), (0.9, 37), (0, 10), (1, 40)])
def test_percentiles_lie_between_two_values_in_proportion(part: float, value: float) -> None:
    assert percentile([10, 20, 30, 40], part) == pytest.approx(value)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


@pytest.mark.parametrize(
    ("share", "heat"), [(None, 0), (0, 0), (0.05, 1), (0.1, 1), (0.2, 2), (0.5, 3), (0.51, 4), (1, 4)]
)
def test_heat_follows_the_legend(share: float | None, heat: int) -> None:
    assert heat_of(share) == heat
