"""How nonconformities go on that need no CAPA, and those that are still open."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo import reports
from app.demo.agenda import Story
from app.demo.earlier_reports import EARLIER
from app.demo.nonconformity_steps import COORDINATORS, OWNERS, Disposition, NonconformitySteps
from app.demo.reports import Report


def nonconformity_stories(steps: NonconformitySteps) -> Sequence[Story]:
    """Return the stories that need no CAPA, each from its report on."""
    return (
        *(_corrected(steps, day, report) for day, report in (*EARLIER, *reports.SMALL_ONES)),
        _reworked(steps, reports.REWORKED),
        _duplicate(steps, reports.TWICE_REPORTED),
        _rejected(steps, reports.NOT_A_DEVIATION),
        _routed_by_hand(steps, reports.ODD_RINGS),
        _on_hold(steps, reports.AT_THE_SUPPLIER),
        _waits_for_authority(steps, reports.WAITS_FOR_AUTHORITY),
        _waits_for_verifier(steps, reports.WAITS_FOR_VERIFIER),
        _waits_for_closing(steps, reports.WAITS_FOR_CLOSING),
        _waits_for_triage(steps, reports.WAITS_FOR_TRIAGE),
        _reported(steps, 16, reports.LATE_CONTAINMENT),
        _reported(steps, 1, reports.JUST_REPORTED),
    )


def _corrected(steps: NonconformitySteps, day: int, one: Report) -> Story:
    record_id = yield from steps.begun(day, one)
    yield day - 2
    steps.confirm(one, record_id)
    yield day - 5
    steps.close(one, record_id)


def _reworked(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(121, one)
    yield 119
    steps.confirm(one, record_id, is_product_affected=True)
    yield 116
    what = Disposition(
        "repair", "Press in a sleeve and bore again.", "2606-031", 5, "410.00", "Bothnia Paper"
    )
    steps.dispose(one, record_id, what)
    yield 115
    steps.authorise(record_id)
    yield 108
    steps.verify(one, record_id, "Five of five seats are 71.99 to 72.00 mm.")
    yield 107
    steps.close(one, record_id)


def _duplicate(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(73, one)
    yield 71
    steps.repeat(one, record_id, reports.BENT_SHAFTS)


def _rejected(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(112, one)
    yield 110
    steps.reject(one, record_id, "The pump keeps the noise limit of the permit. The neighbour was called.")


def _routed_by_hand(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(7, one)
    yield 5
    steps.confirm(one, record_id)


def _on_hold(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(26, one)
    yield 24
    steps.confirm(one, record_id, is_product_affected=True)
    steps.stage.comment(
        COORDINATORS[one.site],
        record_id,
        "Do we keep the blanks here until the record comes?",
        ask=OWNERS[one.site],
    )
    yield 23
    steps.stage.comment(OWNERS[one.site], record_id, "Yes. They are blocked in the yard, row 4.")
    steps.stage.hold(
        COORDINATORS[one.site], record_id, "The supplier looks for the record until the end of the month."
    )


def _waits_for_authority(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(8, one)
    yield 6
    steps.confirm(one, record_id, is_product_affected=True)
    yield 2
    what = Disposition("use_as_is", "Fill the hole, paint over it.", "H-2291", 1, "35.00", "Luleå Energi")
    steps.dispose(one, record_id, what)


def _waits_for_verifier(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(15, one)
    yield 13
    steps.confirm(one, record_id, is_product_affected=True)
    yield 11
    what = Disposition("rework", "Test both pumps again, store the curves anew.", "HP80-0092", 2, "260.00")
    steps.dispose(one, record_id, what)
    yield 9
    steps.authorise(record_id)


def _waits_for_closing(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(5, one)
    yield 2
    steps.confirm(one, record_id)


def _waits_for_triage(steps: NonconformitySteps, one: Report) -> Story:
    record_id = yield from steps.begun(4, one)
    answers = {"triage_verdict": "confirmed", "severity": "2"}
    steps.stage.draft(COORDINATORS[one.site], record_id, "triage", answers)


def _reported(steps: NonconformitySteps, day: int, one: Report) -> Story:
    yield day
    steps.report(one)
