"""Every figure of the map leads to exactly the rows it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle, product
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.accounts.actor import Actor
from app.foundation import clock
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.exposure import indicated
from app.quality_events.rules.kinds import EventKind
from app.quality_events.service import EventOrder, record_event
from app.records.register import RegisterRow
from app.records.register_query import query_from, register_rows
from app.risks.map_page import map_page
from app.risks.models import Category
from app.risks.registers import RISKS
from app.web.parts import Chip
from tests.factories.accounts import a_person, actor_for
from tests.factories.browser import enter
from tests.factories.organisation import a_cause_category
from tests.risks.conftest import MakeRisk, Supplied

Strike = Callable[[int], int]


@pytest.fixture
def actor(app: Flask) -> Actor:
    assert app.testing

    with unit_of_work() as uow:
        person = a_person(uow, "quality", roles=[("quality_manager", None)])
    return actor_for(person.id)


@pytest.fixture
def register(make_risk: MakeRisk, strike: Strike, supplied: Supplied) -> list[int]:
    """Risks in every cell of the matrix, at two sites, in all categories, some touched by suppliers.

    One is raised by an incident, one is not assessed, one accepted for some days, one an opportunity.
    """
    struck = make_risk("2-4")
    strike(struck)
    places, categories = cycle(["GDA", "LEE"]), cycle(Category)
    grid = [
        make_risk(f"{likelihood}-{severity}", site=next(places), category=next(categories).value)
        for likelihood, severity in product(range(1, 6), range(1, 6))
    ]
    supplied(301, grid[0], grid[1])
    supplied(302, grid[1], struck)
    accepted = {"acceptance_status": "accepted", "accepted_until": (clock.now() + timedelta(days=9)).date()}
    return [
        struck,
        *grid,
        make_risk("3-3", **accepted),
        make_risk("", site="LEE"),
        make_risk("4-4", risk_kind="opportunity"),
    ]


def rows_behind(url: str, actor: Actor) -> Sequence[RegisterRow]:
    """The rows that the register shows at an address, all of them."""
    query = query_from(RISKS, parse_qs(urlsplit(url).query))
    return register_rows(db.session(), actor, RISKS, query, now=clock.now(), limit=1000)


def exposed(rows: Sequence[RegisterRow]) -> int:
    """The sum of what events indicate for these rows."""
    ids = [row.record.id for row in rows]
    return sum(one.score for one in indicated(db.session(), ids, at=clock.now()).values())


def of_words(words: str) -> int:
    """The number that a cell says beside its figure."""
    return int(words.split(maxsplit=1)[0])


@pytest.mark.parametrize("by", ["site", "process", "family", "supplier"])
@pytest.mark.parametrize("kind", ["risk", "opportunity"])
def test_every_cell_of_every_heat_table_opens_exactly_its_rows(
    app: Flask, actor: Actor, register: list[int], kind: str, by: str
) -> None:
    with app.test_request_context():
        page = map_page(db.session(), actor, kind=kind, by=by, now=clock.now())

        seen: set[int] = set()
        for _name, cells in page.heat.rows:
            behind = [rows_behind(cell.url, actor) if cell.url else () for cell in cells]
            said = [(of_words(cell.change or "0"), int(cell.figure)) for cell in cells]
            assert said == [(len(rows), exposed(rows)) for rows in behind]
            in_row = [row.record.id for rows in behind[:-1] for row in rows]
            assert sorted(in_row) == sorted(row.record.id for row in behind[-1])
            seen |= set(in_row)

    assert len(seen) == (len(register) - 1 if kind == "risk" else 1)


def test_a_risk_stands_at_each_supplier_whose_events_touch_it(
    app: Flask, actor: Actor, register: list[int]
) -> None:
    with app.test_request_context():
        page = map_page(db.session(), actor, kind="risk", by="supplier", now=clock.now())

    told = {name: of_words(cells[-1].change) for name, cells in page.heat.rows}
    assert told == {"Supplier 301": 2, "Supplier 302": 2, "without one": len(register) - 1 - 3}


@pytest.mark.parametrize("kind", ["risk", "opportunity"])
def test_every_cell_of_both_matrices_opens_exactly_its_rows(
    app: Flask, actor: Actor, register: list[int], kind: str
) -> None:
    assert register
    with app.test_request_context():
        page = map_page(db.session(), actor, kind=kind, by="site", now=clock.now())

        cells = [cell for grid in page.matrices for line in grid.cells for cell in line]
        wrong = [cell for cell in cells if len(rows_behind(cell.url, actor)) != cell.count]

    assert wrong == []
    assert len(cells) == (50 if kind == "risk" else 25)
    assert sum(cell.count > 0 for cell in cells[-25:]) == (25 if kind == "risk" else 1)


def test_every_figure_and_what_moved_open_exactly_their_rows(
    app: Flask, actor: Actor, register: list[int]
) -> None:
    with app.test_request_context():
        page = map_page(db.session(), actor, kind="risk", by="site", now=clock.now())

        first, *others = page.counts
        assert first.figure == exposed(rows_behind(first.url, actor))
        figures = [(one.label, one.figure) for one in others]
        assert figures == [(one.label, len(rows_behind(one.url, actor))) for one in others]

    assert first.change == f"{len(register) - 1} in the register"
    assert dict(figures)["Acceptances that end in 30 days"] == 1
    assert dict(figures)["Indicated higher than assessed"] == 1


def test_what_moved_says_why_and_opens_exactly_its_rows(
    app: Flask, actor: Actor, make_risk: MakeRisk, strike: Strike, clock: Clock
) -> None:
    moved, quiet = make_risk("2-4"), make_risk("1-1")
    clock.advance(timedelta(days=100))
    strike(moved)
    with app.test_request_context():
        page = map_page(db.session(), actor, kind="risk", by="site", now=clock.now())
        assert page.all_moved is not None
        behind = [row.record.id for row in rows_behind(page.all_moved.url, actor)]

    assert behind == [moved] != [quiet]
    (mover,) = page.movers
    assert (mover.before, mover.after) == (Chip("8 Medium", "med"), Chip("12 High", "high"))
    assert mover.why == "Incident"
    assert page.matrices[0].moves_words.endswith("from 8 to 12")
    (arrow,) = page.matrices[0].moves
    assert (arrow.from_x, arrow.to_x, arrow.from_y > arrow.to_y) == (arrow.to_x, arrow.from_x, True)


def test_an_incident_moves_a_risk_on_the_indicated_matrix_only(
    app: Flask, actor: Actor, make_risk: MakeRisk, strike: Strike
) -> None:
    strike(make_risk("2-4"))
    make_risk("")
    with app.test_request_context():
        page = map_page(db.session(), actor, kind="risk", by="site", now=clock.now())

    assert page.unassessed == 1
    raised, assessed = (
        {cell.score: cell.count for line in grid.cells for cell in line if cell.count}
        for grid in page.matrices
    )
    assert (raised, assessed) == ({12: 1}, {8: 1})


def test_what_somebody_may_not_see_is_not_counted(app: Flask, register: list[int]) -> None:

    with unit_of_work() as uow:
        stranger = a_person(uow, "stranger")
    with app.test_request_context():
        page = map_page(db.session(), actor_for(stranger.id), kind="risk", by="site", now=clock.now())

    assert register
    assert page.heat.rows == ()


def test_a_fall_that_waits_is_drawn_beside_its_rise_and_opens_exactly_its_rows(
    app: Flask, actor: Actor, make_risk: MakeRisk, strike: Strike, clock: Clock
) -> None:
    faded = make_risk("2-4", title="Faded")
    strike(faded)
    clock.advance(timedelta(days=200))
    strike(make_risk("2-4", title="Fresh"))
    with app.test_request_context():
        page = map_page(db.session(), actor, kind="risk", by="site", now=clock.now())
        assert page.all_waiting is not None
        behind = [row.record.id for row in rows_behind(page.all_waiting.url, actor)]

    assert behind == [faded]
    (one,) = page.fallers
    assert (one.title, one.before, one.after) == ("Faded", Chip("12 High", "high"), Chip("8 Medium", "med"))
    moves = page.matrices[0].moves
    assert [move.is_waiting for move in moves] == [False, True, False]
    assert (moves[1].from_x, moves[1].from_y) == (moves[0].to_x, moves[0].to_y)
    assert "falls to 8 when somebody assesses it again" in page.matrices[0].moves_words


def test_the_same_weakness_at_two_sites_leads_to_its_records(
    app: Flask, actor: Actor, make_risk: MakeRisk, places: dict[str, int]
) -> None:
    with unit_of_work() as uow:
        cause = a_cause_category(uow, "NOLIMIT")
    for number, site in enumerate(("GDA", "LEE", "LEE")):
        weak(make_risk("1-1", site=site, title=f"Wear {number}"), places[site], places["LAP"], cause)
    with app.test_request_context():
        (one,) = map_page(db.session(), actor, kind="risk", by="site", now=clock.now()).weaknesses

    assert (one.title, one.chip) == ("Cause NOLIMIT", Chip("2 sites", "warn"))
    assert one.where == "Process LAP in Site GDA, Site LEE. 3 events in 12 months"
    path, _hash, entry = one.url.partition("#")
    shown = enter(app.test_client(), actor.id).get(path).text
    opened = shown.split(f'id="{entry}"')[1].split("</details>")[0]
    assert "<details open>" in opened
    assert [f"Wear {number}" in opened for number in range(3)] == [True] * 3


def weak(subject_id: int, site_id: int, process_id: int, cause_id: int) -> None:
    """Something that happened to a record for a cause."""
    with unit_of_work() as uow:
        order = EventOrder(
            kind=EventKind.NEAR_MISS,
            subject_kind="risk",
            subject_id=subject_id,
            severity=1,
            occurred_at=uow.now,
            site_id=site_id,
            process_id=process_id,
            cause_category_id=cause_id,
        )
        record_event(uow, order)
