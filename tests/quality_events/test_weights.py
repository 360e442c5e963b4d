from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.exposure import explain, indicated
from app.quality_events.models import ExposureSettings
from app.quality_events.rules import EventKind
from app.quality_events.rules.exposure import Weights
from app.quality_events.service import record_event
from app.quality_events.settings import (
    SHIPPED,
    WeightsInvalid,
    from_values,
    read_weights,
    to_values,
    weights_at,
)
from app.quality_events.weight_changes import decide
from app.quality_events.weight_words import weight_labels
from app.trail.models import TrailEntry
from tests.conftest import TUESDAY
from tests.quality_events.ledgers import an_order, assess

RISK = 7
HOSTILE = (
    "",
    " ",
    "-1",
    "+1",
    "1e3",
    "1_0",
    "0x10",
    "NaN",
    "sNaN",
    "Infinity",
    "-0",
    "10000.0001",
    "99999",
    "1.00001",
    "1.2.3",
    "1,2,3",
    "٣",
    "\uff13",
    "1" * 5000,
    "1; DROP TABLE risk",
    "<b>3</b>",
    "=1+1",
    "\u202e3",
)


def change(**values: str) -> dict[str, str]:
    """The weights as shipped, with these changed; `__` in a name stands for a dot."""
    return to_values(SHIPPED) | {key.replace("__", "."): value for key, value in values.items()}


def put_in_force(**values: str) -> int:
    with unit_of_work() as uow:
        return decide(uow, change(**values), "We learned something.")


@pytest.fixture
def pressed(app: object) -> int:
    """A risk assessed as 2 by 3, with a major finding linked to it today."""
    assert app
    with unit_of_work() as uow:
        assess(uow, RISK, 2, 3)
        record_event(uow, an_order(1, kind=EventKind.MAJOR_FINDING, severity=3, risk_ids=(RISK,)))
    return RISK


def test_weights_become_texts_and_back() -> None:
    weights = Weights(place=Decimal("0.75"), most_steps=2)

    assert from_values(to_values(weights)) == weights


def test_every_weight_has_a_name_and_every_name_a_weight() -> None:
    assert set(weight_labels()) == set(to_values(SHIPPED))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("key", ["type.major_finding", "half_life_days", "divisor"])
def test_what_is_no_plain_number_within_bounds_is_refused(key: str, text: str) -> None:
    with pytest.raises(WeightsInvalid) as refused:
        read_weights(to_values(SHIPPED) | {key: text})

    assert [problem.where for problem in refused.value.problems] == [key]


def test_all_values_at_fault_are_named_at_once() -> None:
    with pytest.raises(WeightsInvalid) as refused:
        read_weights({})

    assert {problem.where for problem in refused.value.problems} == set(to_values(SHIPPED))


@pytest.mark.parametrize(("key", "text"), [("half_life_days", "29"), ("divisor", "0"), ("trend_days", "0.5")])
def test_what_the_arithmetic_cannot_carry_is_refused(key: str, text: str) -> None:
    with pytest.raises(WeightsInvalid):
        read_weights(to_values(SHIPPED) | {key: text})


def test_a_comma_is_a_point_and_spaces_around_do_not_matter() -> None:
    assert read_weights(change(place=" 0,25 ")).place == Decimal("0.25")


def test_another_version_moves_the_score_from_then_on_and_no_earlier_one(pressed: int, clock: Clock) -> None:
    before = explain(db.session(), pressed, at=TUESDAY)
    clock.advance(timedelta(hours=1))

    version = put_in_force(type__major_finding="9")

    now = indicated(db.session(), [pressed], at=clock.now())[pressed]
    assert (before.indicated.score, now.score) == (9, 15)
    assert explain(db.session(), pressed, at=TUESDAY) == before
    assert weights_at(db.session(), clock.now()).version == version
    assert weights_at(db.session(), TUESDAY) == SHIPPED


def test_what_happens_after_a_change_weighs_by_the_version_in_force(pressed: int, clock: Clock) -> None:
    clock.advance(timedelta(hours=1))
    put_in_force(type__minor_finding="6")

    with unit_of_work() as uow:
        record_event(uow, an_order(2, kind=EventKind.MINOR_FINDING, severity=3, risk_ids=(pressed,)))

    found = explain(db.session(), pressed, at=clock.now())
    assert [part.type_weight for part in found.contributions] == [6, 3]
    assert found.raised_by == 3


def test_a_change_leaves_a_row_and_a_trail_entry_with_its_reason(pressed: int, clock: Clock) -> None:
    assert pressed
    clock.advance(timedelta(hours=1))

    put_in_force(gap="6", place="0.25")

    row = db.session.query(ExposureSettings).one()
    assert (row.reason, row.weights["gap"], row.valid_from) == ("We learned something.", "6", clock.now())
    entry = db.session.query(TrailEntry).order_by(TrailEntry.seq.desc()).first()
    assert entry is not None
    assert (entry.verb, entry.reason) == ("exposure.weights_changed", "We learned something.")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("values", "reason"), [({"gap": "5"}, "  "), ({"gap": "4.0"}, "Why"), ({}, "Why")])
def test_a_change_without_a_reason_or_without_a_change_is_refused(
    values: dict[str, str], reason: str
) -> None:
    with pytest.raises(WeightsInvalid), unit_of_work() as uow:
        decide(uow, change(**values), reason)

    assert db.session.query(ExposureSettings).count() == 0


def test_other_weights_begin_anew(pressed: int, clock: Clock) -> None:
    clock.advance(timedelta(hours=1))

    put_in_force(type__major_finding="0")

    one = indicated(db.session(), [pressed], at=clock.now())[pressed]
    assert (one.score, one.is_held) == (6, False)


def test_what_weighs_more_from_the_start_is_held_from_the_start(pressed: int, clock: Clock) -> None:
    clock.advance(timedelta(hours=1))
    put_in_force(type__major_finding="9")

    clock.advance(timedelta(days=900))

    one = indicated(db.session(), [pressed], at=clock.now())[pressed]
    assert (one.score, one.reckoned_score) == (15, 6)
