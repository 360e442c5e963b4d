"""What a dashboard costs in a company with ten years behind it: a million quality events, 200,000 tasks.

Three figures for each dashboard: the page in the demo company, beside the same page with all that history,
and beside the bare indexed queries of its figures on the same rows. Times are of the processor: page and
queries run in this process, and what else the machine does meanwhile would drown them.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.sessions import begin
from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.dashboard.views import VIEWS
from app.demo import making
from app.foundation import clock
from app.foundation.backup import Place
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.benchmarks.bare_figures import bare_view
from tests.benchmarks.figures import Figure, times_the_floor
from tests.benchmarks.history import History, add_history
from tests.benchmarks.serving import environment_for
from tests.factories.browser import COOKIE

SAMPLES, WARM_UP = 12, 3
LEADER = "oskar.nyberg"


@dataclass(frozen=True)
class Cost:
    """Milliseconds of the processor, as medians: the page, and the bare queries of its figures."""

    page: float
    bare: float


def figures(few: Path, many: Path, history: History | None = None, *, samples: int = SAMPLES) -> list[Figure]:
    """Return two figures for each dashboard; takes some minutes.

    Shape: `few` is the home of the demo company; `many` must not exist.
    """
    shutil.copytree(few, many)
    with closing(sqlite3.connect(many / "keel.db")) as rows:
        add_history(rows, history or History())
    at_few, at_many = _costs(few, samples), _costs(many, samples)
    found = []
    for key, cost in at_many.items():
        found += [
            times_the_floor(f"B1 {key}", cost.page, "ms", at_few[key].page, at_most=1.5),
            times_the_floor(f"B2 {key}", cost.page, "ms", cost.bare, at_most=4.0),
        ]
    return found


def make_company(home: Path) -> None:
    """Make the demo company below a home, which must not exist."""
    home.mkdir(parents=True, mode=0o700)
    with bare_server(environment_for(home)) as server:
        bring_up_to_date()
        password = Passwords(is_fast=True).hash(making.PASSWORD)
        place = Place(server.config.home, server.config.database_url)
        making.make(making.Order(place.store, password, "http://localhost"), lambda _line: None)


def _costs(home: Path, samples: int) -> Mapping[str, Cost]:
    """Return what each dashboard costs, page and bare queries asked in turn."""
    with bare_server(environment_for(home)) as server:
        client = server.app.test_client()
        with unit_of_work() as uow:
            leader = uow.session.scalars(select(Person.id).where(Person.user_name == LEADER)).one()
            client.set_cookie(COOKIE, begin(uow, leader, browser="a benchmark", address="127.0.0.1"))
        with closing(sqlite3.connect(home / "keel.db")) as rows:
            return {view.key: _cost(client, rows, view.key, samples) for view in VIEWS}


def _cost(client: FlaskClient, rows: sqlite3.Connection, view: str, samples: int) -> Cost:
    until = datetime.combine(clock.now().date(), datetime.min.time(), UTC) + timedelta(days=1)
    pages, bares = [], []
    for _number in range(samples + WARM_UP):
        pages.append(_milliseconds(lambda: _look(client, view)))
        bares.append(_milliseconds(lambda: bare_view(rows, view, until)))
        db.session.rollback()
    return Cost(median(pages[WARM_UP:]), median(bares[WARM_UP:]))


def _look(client: FlaskClient, view: str) -> None:
    answer = client.get(f"/dashboard/{view}")
    if answer.status_code != 200:
        raise RuntimeError(f"The dashboard answered {answer.status_code}.")


def _milliseconds(deed: Callable[[], object]) -> float:
    begun = time.process_time()
    deed()
    return (time.process_time() - begun) * 1000
