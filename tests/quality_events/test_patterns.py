from __future__ import annotations

from datetime import timedelta

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.patterns import (
    PatternScope,
    capas_that_did_not_hold,
    causes_across_sites,
    causes_behind_repeats,
    top_keys,
)
from app.quality_events.rules import EventKind
from app.quality_events.service import EventOrder, record_event
from tests.conftest import TUESDAY
from tests.factories.organisation import a_cause_category, a_failure_mode, a_process, a_site
from tests.quality_events.ledgers import an_order

pytestmark = pytest.mark.usefixtures("app")
SINCE, UNTIL = TUESDAY - timedelta(days=365), TUESDAY + timedelta(days=1)


def write(*orders: EventOrder) -> None:
    with unit_of_work() as uow:
        for order in orders:
            record_event(uow, order)


@pytest.fixture
def facts() -> dict[str, int]:
    """Master data: two sites, one process with a failure mode, one cause."""
    with unit_of_work() as uow:
        return {
            "here": a_site(uow),
            "there": a_site(uow),
            "process_id": a_process(uow),
            "failure_mode_id": a_failure_mode(uow),
            "cause_category_id": a_cause_category(uow),
        }


def known(facts: dict[str, int], site: str) -> dict[str, int]:
    named = {key: value for key, value in facts.items() if key.endswith("_id")}
    return {**named, "site_id": facts[site]}


def test_what_happened_twice_is_named_with_the_records_behind_it(facts: dict[str, int]) -> None:
    write(
        an_order(1, occurred_at=TUESDAY - timedelta(days=9), **known(facts, "here")),
        an_order(2, **known(facts, "here")),
        an_order(3, **known(facts, "there")),
    )

    (pattern,) = top_keys(db.session(), SINCE, UNTIL)

    assert (pattern.count, pattern.site_id) == (2, facts["here"])
    assert [one.subject_id for one in pattern.events] == [2, 1]


def test_a_cause_at_two_sites_is_named_with_both(facts: dict[str, int]) -> None:
    write(an_order(1, **known(facts, "here")), an_order(2, **known(facts, "there")))

    (pattern,) = causes_across_sites(db.session(), SINCE, UNTIL)

    assert pattern.site_ids == (facts["here"], facts["there"])
    assert pattern.cause_category_id == facts["cause_category_id"]


def test_a_scope_leaves_other_sites_and_times_out(facts: dict[str, int]) -> None:
    write(an_order(1, **known(facts, "here")), an_order(2, **known(facts, "here")))

    elsewhere = PatternScope(site_ids=frozenset({facts["there"]}))
    assert top_keys(db.session(), SINCE, UNTIL, elsewhere) == []
    assert top_keys(db.session(), SINCE, TUESDAY) == []


def test_behind_repeats_stand_their_causes_and_what_nobody_found(facts: dict[str, int]) -> None:
    write(
        an_order(1, **known(facts, "here")),
        an_order(2, **{**known(facts, "here"), "cause_category_id": None}),
    )

    found = causes_behind_repeats(db.session(), SINCE, UNTIL)

    assert {one.cause_category_id: one.count for one in found} == {facts["cause_category_id"]: 1, None: 1}


def test_capas_that_did_not_hold_are_named() -> None:
    write(an_order(5, subject_kind="capa", kind=EventKind.CAPA_INEFFECTIVE))

    assert [one.subject_id for one in capas_that_did_not_hold(db.session(), SINCE, UNTIL)] == [5]
