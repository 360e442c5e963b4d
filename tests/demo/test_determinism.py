from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.demo import making
from app.foundation.backup import Place
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.migrations import migrate
from app.trail.models import TrailEntry
from tests.conftest import TUESDAY
from tests.stand import config_for, settled

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
FIRST_WEEKS = timedelta(days=45)
Told = Sequence[tuple[object, ...]]


def told_until(day: date) -> Told:
    """What the trail says of the time before a day: who did what to which matter when, and why."""
    entry = TrailEntry
    what = (entry.seq, entry.at, entry.actor_id, entry.verb, entry.subject_kind, entry.subject_id)
    query = select(*what, entry.label, entry.reason).where(entry.at < datetime.combine(day, time(), UTC))
    rows = db.session.execute(query.order_by(entry.seq))
    return [tuple(row) for row in rows]


def made_until(home: Path, day: date) -> Told:
    """Make the company anew, but only its first weeks, and return what its trail says of them."""
    with settled(home):
        migrate()
        place = Place(home, config_for(home).database_url)
        making.make(making.Order(place.store, "x", "http://localhost"), lambda _line: None, until=day)
        return told_until(day)


def test_two_makings_tell_the_same(demo: Flask, tmp_path: Path, clock: Clock) -> None:
    day = (TUESDAY - making.HISTORY + FIRST_WEEKS).date()
    with demo.app_context():
        first = told_until(day)

    clock.release()
    clock.freeze(TUESDAY)
    again = made_until(tmp_path, day)

    assert len(first) > 100
    assert again == first
