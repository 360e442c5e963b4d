"""Every figure of the map leads to exactly the rows it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.accounts.actor import Actor
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.register_query import query_from, register_rows
from app.risks.map_page import MapPage, map_page
from app.risks.registers import RISKS
from tests.factories.accounts import a_person, actor_for
from tests.risks.conftest import MakeRisk

Strike = Callable[[int], int]


@pytest.fixture
def actor(app: Flask) -> Actor:
    assert app.testing

    with unit_of_work() as uow:
        person = a_person(uow, "quality", roles=[("quality_manager", None)])
    return actor_for(person.id)


@pytest.fixture
def register(make_risk: MakeRisk, strike: Strike) -> list[int]:
    """Risks at two sites, one raised by an incident, one not assessed, and an opportunity."""
    struck = make_risk("2-4")
    strike(struck)
    return [
        struck,
        make_risk("2-4", category="people"),
        make_risk("1-1", site="LEE"),
        make_risk("4-5", site="LEE", category="it"),
        make_risk("", site="LEE"),
        make_risk("4-4", risk_kind="opportunity"),
    ]


def rows_behind(url: str, actor: Actor) -> int:
    query = query_from(RISKS, parse_qs(urlsplit(url).query))
    return len(register_rows(db.session(), actor, RISKS, query, now=clock.now()))


def doors(page: MapPage) -> Iterator[tuple[str, int]]:
    """Every door of the map with the figure it shows."""
    for one in page.counts:
        yield one.url, int(one.figure)
    for _name, cells in page.heat.rows:
        yield from ((cell.url, int(cell.figure)) for cell in cells if cell.url)
    for grid in page.matrices:
        yield from ((cell.url, cell.count) for line in grid.cells for cell in line)


@pytest.mark.parametrize("by", ["site", "process", "family"])
@pytest.mark.parametrize("kind", ["risk", "opportunity"])
def test_every_cell_opens_exactly_its_rows(
    app: Flask, actor: Actor, register: list[int], kind: str, by: str
) -> None:
    assert register
    with app.test_request_context():
        page = map_page(db.session(), actor, kind=kind, by=by, now=clock.now())

        wrong = [(url, figure) for url, figure in doors(page) if rows_behind(url, actor) != figure]

    assert wrong == []
    assert sum(figure for url, figure in doors(page) if "category=" in url) == (5 if kind == "risk" else 1)


def test_an_incident_moves_a_risk_on_the_indicated_matrix_only(
    app: Flask, actor: Actor, register: list[int]
) -> None:
    assert register
    with app.test_request_context():
        page = map_page(db.session(), actor, kind="risk", by="site", now=clock.now())

    assert page.unassessed == 1
    indicated, assessed = (
        {cell.score: cell.count for line in grid.cells for cell in line if cell.count}
        for grid in page.matrices
    )
    assert (indicated[12], assessed[8]) == (1, 2)


def test_what_somebody_may_not_see_is_not_counted(app: Flask, register: list[int]) -> None:

    with unit_of_work() as uow:
        stranger = a_person(uow, "stranger")
    with app.test_request_context():
        page = map_page(db.session(), actor_for(stranger.id), kind="risk", by="site", now=clock.now())

    assert register
    assert page.heat.rows == ()
