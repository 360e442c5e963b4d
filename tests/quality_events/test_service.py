from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import QualityEvent, QualityEventRisk
from app.quality_events.rules import EventKind
from app.quality_events.service import (
    EventOrder,
    NoQualityEvent,
    correct_event,
    events_after,
    order_for,
    record_event,
    recurrence_of,
    restate_event,
)
from tests.conftest import TUESDAY
from tests.factories.organisation import a_cause_category, a_failure_mode, a_process, a_site

pytestmark = pytest.mark.usefixtures("app")


def an_order(subject_id: int = 1, **changes: object) -> EventOrder:
    return replace(
        EventOrder(
            kind=EventKind.NONCONFORMITY,
            subject_kind="nonconformity",
            subject_id=subject_id,
            severity=3,
            occurred_at=TUESDAY,
        ),
        **changes,
    )


@pytest.fixture
def place() -> dict[str, int]:
    with unit_of_work() as uow:
        return {
            "site_id": a_site(uow),
            "process_id": a_process(uow),
            "failure_mode_id": a_failure_mode(uow),
        }


def write(*orders: EventOrder) -> None:
    with unit_of_work() as uow:
        for order in orders:
            record_event(uow, order)


def test_recording_the_same_subject_twice_writes_one_event(place: dict[str, int]) -> None:
    write(an_order(**place), an_order(**place))

    assert len(db.session.scalars(select(QualityEvent)).all()) == 1


def test_linked_risks_stand_beside_the_event() -> None:
    write(an_order(risk_ids=(5, 3, 5)))

    assert db.session.scalars(select(QualityEventRisk.risk_id).order_by(QualityEventRisk.risk_id)).all() == [
        3,
        5,
    ]


def test_the_ledger_knows_what_happened_before(place: dict[str, int]) -> None:
    write(an_order(1, occurred_at=TUESDAY - timedelta(days=40), **place))

    verdict = recurrence_of(db.session(), an_order(2, **place))

    assert [one.subject_id for one in verdict.same_key] == [1]


def test_an_event_is_no_recurrence_of_itself(place: dict[str, int]) -> None:
    write(an_order(1, **place))

    assert not recurrence_of(db.session(), an_order(1, **place)).is_recurrent


def test_another_site_is_another_thing(place: dict[str, int]) -> None:
    write(an_order(1, **place))
    with unit_of_work() as uow:
        elsewhere = a_site(uow)

    assert not recurrence_of(db.session(), an_order(2, **{**place, "site_id": elsewhere})).is_recurrent


def test_a_correction_replaces_what_stood_and_keeps_it(place: dict[str, int]) -> None:
    write(an_order(1, **place))
    with unit_of_work() as uow:
        cause = a_cause_category(uow)
        correct_event(uow, an_order(1, cause_category_id=cause, **place))

    rows = db.session.scalars(select(QualityEvent).order_by(QualityEvent.id)).all()
    assert [(row.cause_category_id, row.corrects_id) for row in rows] == [(None, None), (cause, rows[0].id)]
    assert len(recurrence_of(db.session(), an_order(2, cause_category_id=cause, **place)).same_key) == 1


def test_nothing_can_be_corrected_that_was_never_recorded() -> None:
    with pytest.raises(NoQualityEvent), unit_of_work() as uow:
        correct_event(uow, an_order())


def test_only_what_happened_after_and_was_not_imported_counts_against_a_capa(place: dict[str, int]) -> None:
    write(
        an_order(1, occurred_at=TUESDAY - timedelta(days=1), **place),
        an_order(2, occurred_at=TUESDAY, **place),
        an_order(3, occurred_at=TUESDAY + timedelta(days=5), **place),
        an_order(4, occurred_at=TUESDAY + timedelta(days=6), is_history=True, **place),
    )

    key = an_order(**place).recurrence_key
    assert key is not None
    found = events_after(db.session(), key, TUESDAY, TUESDAY + timedelta(days=365))
    assert [one.subject_id for one in found] == [3]


def test_a_correction_keeps_the_risks_and_learns_of_others(place: dict[str, int]) -> None:
    first = an_order(**place, risk_ids=(3,))
    write(first)
    with unit_of_work() as uow:
        standing = order_for(uow.session, first.subject_kind, first.subject_id, first.kind)
        assert standing is not None
        corrected = correct_event(uow, replace(standing, risk_ids=(*standing.risk_ids, 5)))

    linked = db.session.scalars(
        select(QualityEventRisk.risk_id).where(QualityEventRisk.event_id == corrected)
    ).all()
    assert sorted(linked) == [3, 5]


def test_an_event_of_another_kind_takes_the_place_of_the_first(place: dict[str, int]) -> None:
    first = an_order(**place)
    write(first)

    with unit_of_work() as uow:
        restate_event(uow, first.kind, replace(first, kind=EventKind.MAJOR_FINDING))

    assert order_for(db.session(), first.subject_kind, first.subject_id, first.kind) is None
    kinds = db.session.execute(select(QualityEvent.kind, QualityEvent.corrects_id)).all()
    assert [(kind, is_first is None) for kind, is_first in kinds] == [
        (first.kind.value, True),
        ("major_finding", False),
    ]
