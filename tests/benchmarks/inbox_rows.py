"""T5: the inbox page of somebody in twenty groups, among a hundred thousand tasks, against raw SQL."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert

from app.accounts.actor import Actor
from app.accounts.models import CandidateGroup, Person
from app.accounts.sessions import actor_of
from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.foundation import clock
from app.foundation.db import db
from app.foundation.installation import Purpose
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.inbox.filters import Filters, Tab
from app.inbox.queries import principals_for, task_page
from app.trail.service import open_chain
from app.workflow.models import Task
from tests.benchmarks.serving import FLOOR, environment_for
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.factories.records import a_record, a_task, an_instance

ROWS, USERS, GROUPS, MINE = 100_000, 2_000, 200, 20
SAMPLES = 40
RAW = "import inbox_floor as floor; floor.N = {rows}; floor.{deed}('sqlite', {path!r})"


def raw_milliseconds(home: Path) -> float:
    """Return what the raw union query takes on the floor's own table of as many rows."""
    path = str(home / "inbox_floor.db")
    _floor("seed", path)
    measured = json.loads(_floor("run", path))
    return float(measured["page50_union_ids_g20"]["median"])


def page_milliseconds(home: Path) -> float:
    """Return what the inbox's own page of rows takes, statements and objects included."""
    with bare_server(environment_for(home)):
        bring_up_to_date()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
            actor_id = _seed(uow)
        actor = actor_of(db.session(), actor_id, clock.now())
        assert actor is not None
        times = [_page(actor, random.Random(number)) for number in range(SAMPLES + 5)]
        return median(times[5:]) * 1000


def _floor(deed: str, path: str) -> str:
    code = RAW.format(rows=ROWS, deed=deed, path=path)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=FLOOR, check=True, capture_output=True, text=True
    ).stdout


def _page(actor: Actor, chance: random.Random) -> float:
    some = replace(actor, group_ids=frozenset(chance.sample(range(1, GROUPS + 1), MINE)))
    begun = time.perf_counter()
    task_page(db.session(), some, principals_for(some, Tab.ALL), Filters(), now=clock.now())
    return time.perf_counter() - begun


def _seed(uow: UnitOfWork) -> int:
    """Write tasks spread over people, groups and months exactly as the floor's are."""
    site = a_site(uow)
    first = a_person(uow, "first", site_id=site).id
    record = a_record(uow, "Seal leaks", site_id=site)
    template = uow.session.get_one(Task, a_task(uow, record, instance=an_instance(uow, record)))
    person = _columns(uow.session.get_one(Person, first))
    people = [person | {"user_name": f"user{number}", "mail": None} for number in range(1, USERS)]
    uow.session.execute(insert(Person), people)
    groups = [
        {"id": number, "key": f"group{number}", "role": "reviewer", "site_id": site}
        for number in range(1, GROUPS + 1)
    ]
    uow.session.execute(insert(CandidateGroup), groups)
    uow.session.execute(insert(Task), _tasks(_columns(template)))
    return first


def _columns(row: Any) -> dict[str, Any]:
    return {one.key: getattr(row, one.key) for one in type(row).__table__.columns if one.key != "id"}


def _tasks(template: dict[str, Any]) -> list[dict[str, Any]]:
    chance, base = random.Random(7), 1_790_000_000
    rows = []
    for number in range(1, ROWS + 1):
        is_open = chance.random() < 0.30
        is_assigned = not is_open or chance.random() < 0.6
        rows.append(
            template
            | {
                "guid": f"g{number}",
                "state": "open" if is_open else "done",
                "candidate_group_id": chance.randrange(1, GROUPS + 1),
                "assignee_id": chance.randrange(1, USERS + 1) if is_assigned else None,
                "due_at": datetime.fromtimestamp(base + chance.randrange(7_000_000), UTC),
            }
        )
    return rows
