from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import entries_for, verification
from app.trail.checkpoints import (
    EVERY_ENTRIES,
    CheckpointUnreadable,
    last_checkpoint,
    read_checkpoints,
    take_checkpoint,
    take_checkpoint_if_due,
)
from app.trail.models import TrailEntry
from app.trail.service import destroy_values
from app.trail.verification import verify
from tests.trail.forgery import write_deeds

pytestmark = pytest.mark.usefixtures("any_app")


def test_a_destroyed_value_is_gone_and_the_chain_still_verifies() -> None:
    write_deeds(3)

    with unit_of_work(actor_id=1) as uow:
        destroy_values(uow, 3, reason="the person asked for it, approved as D-7")

    entry = db.session.get_one(TrailEntry, 3)
    assert (entry.label, entry.reason, entry.before, entry.after, entry.salt) == (None,) * 5
    result = verify(db.session())
    assert (result.is_intact, result.destroyed, result.checked) == (True, 1, 5)
    (act,) = entries_for(db.session(), "trail_entry", 3)
    assert (act.actor_id, act.reason) == (1, "the person asked for it, approved as D-7")


def test_destroying_twice_is_destroying_once() -> None:
    for _time in range(2):
        with unit_of_work() as uow:
            destroy_values(uow, 1, reason="r")

    assert len(entries_for(db.session(), "trail_entry", 1)) == 1


def test_reading_goes_in_chunks_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "CHUNK", 4)
    write_deeds(9)
    told: list[tuple[int, int]] = []

    result = verify(db.session(), on_progress=lambda read, total: told.append((read, total)))

    assert (result.checked, told) == (10, [(4, 10), (8, 10), (10, 10)])
    assert len(db.session.identity_map) == 0


def test_a_later_trail_still_fits_all_checkpoints(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "checkpoints.jsonl"
    for _time in range(3):
        write_deeds(2)
        take_checkpoint(db.session(), file, clock.now())
        db.session.rollback()
    write_deeds(1)

    checkpoints = read_checkpoints(file)

    assert [checkpoint.seq for checkpoint in checkpoints] == [3, 5, 7]
    assert verify(db.session(), checkpoints).is_intact


def test_a_checkpoint_is_due_daily_and_after_many_entries(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "checkpoints.jsonl"
    taken = []

    def tick() -> None:
        db.session.rollback()
        taken.append(take_checkpoint_if_due(db.session(), file, clock.now()) is not None)

    tick()
    tick()
    clock.advance(timedelta(days=2))
    tick()  # nothing was written since
    write_deeds(1)
    tick()
    write_deeds(2)
    tick()
    monkeypatch.setattr("app.trail.checkpoints.EVERY_ENTRIES", 2)
    tick()

    assert EVERY_ENTRIES == 1_000
    assert taken == [True, False, False, True, False, True]
    latest = last_checkpoint(file)
    assert latest is not None
    assert (latest.seq, latest.at) == (4, clock.now())


@pytest.mark.parametrize("line", ["not json", "{}", '{"seq": "x"}', "[]", "null"])
def test_a_line_that_is_no_checkpoint_is_named(tmp_path: Path, line: str, clock: Clock) -> None:
    file = tmp_path / "checkpoints.jsonl"
    take_checkpoint(db.session(), file, clock.now())
    file.write_text(file.read_text() + line + "\n")

    with pytest.raises(CheckpointUnreadable, match="Line 2"):
        read_checkpoints(file)
