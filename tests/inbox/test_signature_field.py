"""A form with a signature field signs its step: asked for, checked, kept, and shown at its place."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.models import Signature
from app.workflow.bundles import Bundle, read_bundle
from app.workflow.definitions import DefinitionInvalid, publish
from app.workflow.models import Submission, Task
from tests.factories.browser import Browser
from tests.factories.signing import signed_by
from tests.inbox.conftest import Company
from tests.inbox.test_task_pages import browser, report

FIELD = {
    "type": "keel-signature",
    "id": "field_release",
    "key": "release",
    "label": "Your release",
    "description": "You stand for every word of it.",
    "meaning": "verification",
}


def with_field(element_id: str, diagram: tuple[str, str] = (' qms:signature="approval"', "")) -> Bundle:
    """The sample whose form of one element has a signature field, and whose diagram is changed as told."""
    bundle = read_bundle("sample", "two_step_approval")
    form = json.loads(bundle.forms[element_id])
    form["components"].append(FIELD)
    forms = {**bundle.forms, element_id: json.dumps(form).encode()}
    return replace(
        bundle, diagram=bundle.diagram.replace(diagram[0].encode(), diagram[1].encode()), forms=forms
    )


@pytest.fixture
def approval(app: Flask, company: Company) -> int:
    """The id of a task that only its form wants signed."""
    with unit_of_work() as uow:
        publish(uow, with_field("approve"), "signed by its form")
    review = report(app, company)
    browser(app, company.reviewer).post(f"/tasks/{review}/complete", verdict="fit", _token="a", _version="1")
    return db.session.scalars(select(Task.id).where(Task.element_id == "approve")).one()


@pytest.fixture
def anna(app: Flask, company: Company) -> Browser:
    return browser(app, company.approver)


def signed(company: Company, page: str) -> dict[str, str]:
    """What the approver sends from a page, all of it read."""
    return {"is_read": "true", **signed_by(company.approver, page)}


def signatures() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature.meaning)))


def test_the_form_asks_for_the_signature_under_its_answers_in_its_own_words(
    anna: Browser, approval: int
) -> None:
    page = anna.get(f"/tasks/{approval}").text

    assert "My signature means: verification." in page
    assert page.count('name="_signature.challenge"') == 1
    assert "Your release" in page
    assert "You stand for every word of it." in page


def test_the_step_is_signed_and_its_page_shows_the_signature_at_the_place_of_the_field(
    anna: Browser, company: Company, approval: int
) -> None:
    sent = signed(company, anna.get(f"/tasks/{approval}").text)

    assert anna.post(f"/tasks/{approval}/complete", **sent).status_code == 303

    assert signatures() == ["verification"]
    page = anna.get(f"/tasks/{approval}").text
    assert "not signed yet" not in page
    assert "verification" in page.split("Your release")[1]


def test_nothing_is_done_without_the_signature_and_no_answer_stands_for_it(
    anna: Browser, company: Company, approval: int
) -> None:
    sent = signed(company, anna.get(f"/tasks/{approval}").text)
    wrong = sent | {"_signature.password": "not mine"}

    assert anna.post(f"/tasks/{approval}/complete", **wrong).status_code == 422
    assert anna.post(f"/tasks/{approval}/complete", **sent | {"release": "signed"}).status_code == 303

    answers = db.session.scalars(select(Submission.answers).where(Submission.element_id == "approve")).one()
    assert answers.get("release") is None


@pytest.mark.parametrize("element_id", ["approve", "document_submitted"])
def test_a_form_of_another_meaning_or_of_a_start_is_not_published(
    app: Flask, company: Company, element_id: str
) -> None:
    assert app.testing, company
    bundle = with_field(element_id, (" ", " "))

    with pytest.raises(DefinitionInvalid) as refused, unit_of_work() as uow:
        publish(uow, bundle, "for tests")

    rules = {one.rule for one in refused.value.problems}
    assert rules == {"signature.form" if element_id == "approve" else "signature.place"}
