"""Whatever happens later, the figures of a past day stay what they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from app.actions.models import Action
from app.audits.finding_models import Finding
from app.audits.finding_rules import Grade
from app.audits.models import Audit
from app.capa.models import Capa, Nonconformity
from app.capa.ports import NONCONFORMITY
from app.documents.models import Document
from app.foundation import dated
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.settings import set_value
from app.foundation.unit_of_work import unit_of_work
from app.indicators.definitions import INDICATORS, Indicator
from app.indicators.rules import Tally
from app.indicators.service import Group, groups, indicator_of, readings
from app.quality_events.baselines import append_baseline
from app.records.models import Record
from app.risks.models import Risk
from app.risks.standing import APPETITE, set_appetite
from app.training.training_models import TrainingRecord
from app.workflow.figures import FigureScope, shared_looks
from tests.factories.browser import Browser
from tests.indicators.changing_company import START, change, found, opened

DAY_20 = FigureScope(since=START, until=START + timedelta(days=20))

AsRole = Callable[..., Browser]
Figures = Mapping[str, tuple[Tally, Sequence[Group]]]


def figures(scope: FigureScope, indicators: Sequence[Indicator] = INDICATORS) -> Figures:
    """Return what indicators count, with the places and cuts they count it at."""
    db.session.rollback()
    with shared_looks(db.session()):
        read = readings(db.session(), indicators, scope)
        return {one.key: (read[one.key].tally, groups(db.session(), one, scope)) for one in indicators}


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_later_yesterday_stays_what_it_was(any_app: Flask, clock: Clock, seed: int) -> None:
    assert any_app.testing
    clock.freeze(START)
    world = found(Random(seed))
    for day in (6, 12, 17):
        clock.freeze(START + timedelta(days=day))
        change(world)
    clock.freeze(DAY_20.until)
    before = figures(DAY_20)

    for day in (20, 21, 33, 47):
        clock.freeze(START + timedelta(days=day))
        change(world)
        assert figures(DAY_20) == before

    assert figures(FigureScope(since=START, until=clock.now())) != before


DAY_1 = FigureScope(since=START - timedelta(days=1), until=START + timedelta(days=2))
DUE, LATER = START + timedelta(days=1), START + timedelta(days=30)
FIRST = {"due_at": DUE, "original_due_at": DUE}
CLOSED = {"status": "closed", "closed_at": DUE - timedelta(hours=1)}
Facts = Mapping[str, object]
CHANGES: Sequence[tuple[str, type[Record], Facts, Facts]] = (
    ("capa_overdue", Capa, FIRST, {"due_at": LATER}),
    ("capa_extended", Capa, FIRST, {"due_at": LATER}),
    ("capa_on_time", Capa, FIRST | {"implemented_at": START}, {"implemented_at": None}),
    ("capa_on_time_now", Capa, FIRST, {"due_at": LATER}),
    ("capa_recurred", Capa, CLOSED | {"status": "closed_effective"}, {"is_recurred": True}),
    ("causes_validated", Capa, {"cause_examined_at": START}, {"is_cause_validated": True}),
    ("human_error", Capa, {"cause_examined_at": START}, {"is_human_error_only": True}),
    ("nonconformities_grave", Nonconformity, {"severity": 2}, {"severity": 5}),
    ("nonconformities_recurrent", Nonconformity, {"triage_verdict": "confirmed"}, {"is_recurrent": True}),
    ("contained_in_time", Nonconformity, {"contained_at": START}, {"contained_at": LATER}),
    ("actions_overdue", Action, FIRST, {"due_at": LATER}),
    ("actions_extended", Action, FIRST, {"due_at": LATER}),
    ("actions_on_time_now", Action, FIRST | CLOSED, {"due_at": LATER}),
    ("audits_as_planned", Audit, FIRST | {"closing_meeting_at": START}, {"closing_meeting_at": LATER}),
    ("findings_overdue", Finding, FIRST, {"due_at": LATER}),
    ("findings_repeated", Finding, {"issued_at": START}, {"is_repeat": True}),
    (
        "improvement_findings",
        Finding,
        {"issued_at": START, "grade": Grade.IMPROVEMENT.value},
        {"grade": "minor"},
    ),
    ("trainings_on_time", TrainingRecord, FIRST | {"completed_at": START}, {"completed_at": LATER}),
    ("trainings_repeated", TrainingRecord, FIRST | {"attempts": 1}, {"attempts": 2}),
    ("trainings_effective", TrainingRecord, {"evaluated_at": START}, {"evaluated_at": LATER}),
    ("documents_overdue", Document, {"review_due_on": START.date()}, {"review_due_on": LATER.date()}),
)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("key", "model", "at_first", "later"), CHANGES, ids=[one[0] for one in CHANGES])
def test_what_changes_on_day_ten_does_not_change_day_one(
    key: str,
    model: type[Record],
    at_first: Facts,
    later: Facts,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock.freeze(START)
    with unit_of_work() as uow:
        row_id = opened(uow, model, at_first)
    clock.freeze(DAY_1.until)
    one = (indicator_of(key),)
    before = figures(DAY_1, one)[key]

    clock.freeze(START + timedelta(days=10))
    with unit_of_work() as uow:
        row = uow.session.get_one(model, row_id)
        for name, value in later.items():
            setattr(row, name, value)

    assert before[0].rows == 1
    assert figures(DAY_1, one)[key] == before
    with monkeypatch.context() as patch:
        patch.setattr(dated, "is_past", lambda _at: False)  # as if nothing were kept
        assert figures(DAY_1, one)[key] != before


@pytest.mark.usefixtures("app")
def test_what_was_cancelled_later_counts_on_the_days_before(clock: Clock) -> None:
    clock.freeze(START)
    with unit_of_work() as uow:
        row_id = opened(uow, Nonconformity, {})
    clock.freeze(START + timedelta(days=10))
    with unit_of_work() as uow:
        NONCONFORMITY.cancel_record(uow, row_id)

    today = FigureScope(since=DAY_1.since, until=clock.now() + timedelta(days=1))

    assert figures(DAY_1)["nonconformities"][0].rows == 1
    assert figures(today)["nonconformities"][0].rows == 0


@pytest.mark.usefixtures("app")
def test_an_appetite_decided_later_leaves_the_days_before_alone(clock: Clock) -> None:
    clock.freeze(START)
    with unit_of_work() as uow:
        row_id = opened(uow, Risk, {"score": 12, "risk_kind": "risk"})
        append_baseline(uow, row_id, likelihood=3, severity=4, source=("risk", row_id))
    clock.freeze(DAY_1.until)
    before = figures(DAY_1)["excess"]

    for day, appetite in ((10, 4), (11, 12)):
        clock.freeze(START + timedelta(days=day))
        with unit_of_work() as uow:
            set_value(uow, APPETITE, appetite)
            set_appetite(uow, category=None, site_id=None, appetite=appetite, reason="We decided.")

    assert before[0].total == 12 - APPETITE.default
    assert figures(DAY_1)["excess"] == before
    assert figures(FigureScope(since=START, until=LATER))["excess"][0].total == 0


@pytest.mark.usefixtures("app")
def test_an_act_that_changes_a_value_twice_keeps_the_one_from_before(clock: Clock) -> None:
    with unit_of_work() as uow:
        row_id = opened(uow, Capa, {"due_at": DUE})
    clock.advance(timedelta(days=1))
    with unit_of_work() as uow:
        row = uow.session.get_one(Capa, row_id)
        row.due_at = LATER
        uow.session.flush()
        row.due_at = LATER + timedelta(days=1)

    kept = db.session.scalars(select(dated.FormerValue)).all()

    assert [(one.what, one.row_id, one.moment) for one in kept] == [("record.due_at", row_id, DUE)]


@pytest.mark.usefixtures("app")
def test_what_changes_in_the_act_that_opens_a_record_was_never_otherwise(clock: Clock) -> None:
    with unit_of_work() as uow:
        ids = [opened(uow, Capa, {"due_at": DUE}, place) for place in range(50)]
        uow.session.expunge_all()  # what was just opened is read again, as another object
        for row_id in ids:
            uow.session.get_one(Capa, row_id).due_at = LATER

    assert clock.now()
    assert db.session.scalars(select(dated.FormerValue)).all() == []


def test_the_page_says_how_a_past_day_is_reckoned_and_from_when_that_is_exact(as_role: AsRole) -> None:
    browser = as_role("quality_manager")
    always = browser.get("/indicators/capa_overdue").text
    with unit_of_work() as uow:
        uow.session.add(dated.FormerValueStart(begun_at=START))

    since = browser.get("/indicators/capa_overdue").text

    assert "what changed since does not count" in always
    assert ("Exact from" in always, "Exact from 1 March 2026 on" in since) == (False, True)
