"""Whoever controls documents takes a numbered copy along; whoever reads the archive takes a marked one."""

from __future__ import annotations

import io

import pypdf
import pytest
from flask.testing import FlaskClient

from app.documents.copies import copies_of
from app.documents.models import DocumentRevision
from app.foundation.db import db
from tests.factories.browser import Browser, enter
from tests.scenarios import document_steps as do
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario

__all__ = ["app", "company", "scenario", "template"]
ORDER = {"place": "Bench 4", "issued_to": "Early shift"}


@pytest.fixture
def document_id(scenario: Scenario) -> int:
    """A procedure whose revision 1.1 is in force; 1.0 is in the archive."""
    do.writers(scenario)
    document_id = do.in_force(scenario)
    do.revised(scenario, document_id)
    return document_id


def browser_of(client: FlaskClient, scenario: Scenario, who: str) -> Browser:
    return enter(client, scenario.company.people[who])


def place(document_id: int, label: str = "1.1") -> str:
    return f"/documents/{document_id}/revisions/{label}/controlled-copy"


def words(browser: Browser, address: str) -> list[str]:
    """The text of each page of a PDF."""
    with browser.get(f"{address}.pdf") as answer:
        assert answer.mimetype == "application/pdf"
        pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
        return [page.extract_text().replace("\u200b", "") for page in pages]


def test_a_controlled_copy_gets_a_number_in_the_log_and_carries_signatures(
    client: FlaskClient, scenario: Scenario, document_id: int
) -> None:
    browser = browser_of(client, scenario, "controller")
    assert "Controlled copy (PDF/A)" in browser.get(f"/documents/{document_id}").text

    made = browser.post(place(document_id), **ORDER)

    assert made.status_code == 303
    assert "Copy 1 is in the log." in browser.get(place(document_id)).text
    (copy,) = copies_of(db.session(), document_id)
    assert (copy.copy_no, copy.place, copy.issued_to) == (1, "Bench 4", "Early shift")
    text = " ".join(" ".join(words(browser, place(document_id))).split())
    for fact in ("Take 8 parts", "Revision 1.1", "Uncontrolled when printed", "Quality_Manager"):
        assert fact in text


def test_a_copy_without_a_place_is_not_made(
    client: FlaskClient, scenario: Scenario, document_id: int
) -> None:
    browser = browser_of(client, scenario, "controller")

    answer = browser.post(place(document_id), issued_to="Early shift")

    assert answer.status_code == 422
    assert "Say where the copy is." in answer.text
    assert copies_of(db.session(), document_id) == []


def test_the_archive_gives_marked_copies_without_a_number(
    client: FlaskClient, scenario: Scenario, document_id: int
) -> None:
    browser = browser_of(client, scenario, "process_owner")
    assert "Archive copy" in browser.get(f"/documents/{document_id}/revisions/1.0").text

    browser.post(place(document_id, "1.0"))

    assert all("SUPERSEDED" in page for page in words(browser, place(document_id, "1.0")))
    assert copies_of(db.session(), document_id) == []


def test_others_get_no_copy(client: FlaskClient, scenario: Scenario, document_id: int) -> None:
    owner = browser_of(client, scenario, "process_owner")

    page, posted = owner.get(f"/documents/{document_id}").text, owner.post(place(document_id), **ORDER)

    assert ("Controlled copy" in page, posted.status_code) == (False, 403)
    assert browser_of(client, scenario, "reporter").get(place(document_id, "1.0")).status_code in {403, 404}


def test_before_it_is_made_there_is_nothing_to_send(
    client: FlaskClient, scenario: Scenario, document_id: int
) -> None:
    assert browser_of(client, scenario, "controller").get(f"{place(document_id)}.pdf").status_code == 404
    assert db.session.query(DocumentRevision).count() == 2
