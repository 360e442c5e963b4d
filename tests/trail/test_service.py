from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, entries_for, record
from app.trail.models import TrailEntry, TrailHead
from app.trail.service import INSTALLED
from app.trail.verification import verify

pytestmark = pytest.mark.usefixtures("any_app")
CAPA = Subject("capa", 12, "CAPA-2026-0012")


def act(verb: str = "capa.closed", times: int = 1) -> None:
    with unit_of_work(actor_id=7, on_behalf_of_id=8, request_id="r-1") as uow:
        for number in range(times):
            record(
                uow,
                verb=verb,
                subject=CAPA,
                before={"status": "open"},
                after={"status": "closed", "number": number},
                reason="proven",
            )


def test_the_first_entry_says_what_the_database_is_for() -> None:
    entry = db.session.get_one(TrailEntry, 1)

    assert (entry.verb, entry.after, entry.actor_id) == (INSTALLED, '{"purpose":"test"}', None)


def test_an_entry_says_who_did_what_when_and_why(clock: Clock) -> None:
    act()

    (entry,) = entries_for(db.session(), "capa", 12)
    assert (entry.seq, entry.actor_id, entry.on_behalf_of_id, entry.request_id) == (2, 7, 8, "r-1")
    assert (entry.at, entry.verb, entry.label, entry.reason) == (
        clock.now(),
        "capa.closed",
        "CAPA-2026-0012",
        "proven",
    )
    assert (entry.before, entry.after) == ('{"status":"open"}', '{"number":0,"status":"closed"}')


def test_an_act_that_fails_leaves_no_entry() -> None:
    def failing() -> None:
        with unit_of_work() as uow:
            record(uow, verb="capa.closed", subject=CAPA)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()

    assert db.session.scalar(select(func.count()).select_from(TrailEntry)) == 1


@pytest.mark.parametrize("deeds", [1, 50])
def test_any_number_of_deeds_costs_three_statements(deeds: int) -> None:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    act(times=deeds)

    assert len([statement for statement in seen if "trail_" in statement]) == 3
    assert db.session.scalar(select(TrailHead.seq)) == deeds + 1


def test_the_trail_is_written_after_everything_that_runs_last() -> None:
    with unit_of_work() as uow:
        record(uow, verb="capa.opened", subject=CAPA)
        uow.run_last("late", lambda late: record(late, verb="capa.noted", subject=CAPA))

    assert [entry.verb for entry in entries_for(db.session(), "capa", 12)] == ["capa.opened", "capa.noted"]
    assert verify(db.session()).is_intact


def test_acts_at_the_same_time_make_one_chain_without_gaps(any_app: Flask) -> None:
    def act_in_thread(_number: int) -> None:
        with any_app.app_context():
            act(times=3)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act_in_thread, range(24)))

    result = verify(db.session())
    assert (result.is_intact, result.checked) == (True, 1 + 24 * 3)


def test_numbers_go_on_when_the_clock_goes_back(clock: Clock) -> None:
    act()
    clock.advance(timedelta(hours=-1))
    act()

    assert [entry.seq for entry in entries_for(db.session(), "capa", 12)] == [2, 3]
    assert verify(db.session()).is_intact


def test_a_value_without_a_fixed_form_is_refused_at_once() -> None:
    def failing() -> None:
        with unit_of_work() as uow:
            record(uow, verb="capa.closed", subject=CAPA, after={"thing": object()})

    with pytest.raises(TypeError, match="no fixed form"):
        failing()


def test_hostile_text_is_stored_and_verifies() -> None:
    with unit_of_work() as uow:
        subject = Subject("capa", 12, "nul\x00 half\ud800 \u202eevil 🙂")
        record(uow, verb="capa.noted", subject=subject, after={"k": "a\x00\ud800"}, reason="\x00")

    assert verify(db.session()).is_intact
