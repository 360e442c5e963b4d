from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from app.capa.models import Nonconformity
from app.foundation.db import db
from app.imports.landing import land_run
from app.imports.staging import stage
from app.imports.undoing import undo
from tests.factories.browser import enter
from tests.imports.conftest import MakeOrder, mapping_source
from tests.scenarios.company import Company

AT_GDA = {**mapping_source()["answers"], "site_id": {"constant": "GDA"}}
HOSTILE = ("<script>alert(1)</script>", "2025-03-01", "LAP", "FLAT", "A")


def only() -> Nonconformity:
    db.session.rollback()
    return db.session.scalars(select(Nonconformity)).one()


def test_an_imported_record_has_a_page_that_says_so_and_runs_nothing(
    client: FlaskClient, house: Company, an_order: MakeOrder
) -> None:
    land_run(stage(an_order([HOSTILE], answers=AT_GDA)))
    browser = enter(client, house.people["quality_manager"])

    register = browser.get("/nonconformities?state=closed")
    page = browser.get(f"/nonconformities/{only().id}")

    assert (register.status_code, page.status_code) == (200, 200)
    assert "NC-2025-0001" in register.text
    assert "Imported" in page.text
    assert "<script>alert" not in register.text + page.text


def test_what_was_undone_is_found_nowhere(client: FlaskClient, house: Company, an_order: MakeOrder) -> None:
    run_id = stage(an_order([("Quaint seal", *HOSTILE[1:])], answers=AT_GDA))
    land_run(run_id)
    browser = enter(client, house.people["quality_manager"])
    assert "Quaint seal" in browser.get("/search?q=quaint").text
    assert "NC-2025-0001" in browser.get("/nonconformities?state=closed").text

    undo(run_id, "The wrong file.")

    assert "Quaint seal" not in browser.get("/search?q=quaint").text
    assert "NC-2025-0001" not in browser.get("/nonconformities?state=closed").text
