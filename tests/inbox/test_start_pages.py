from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.models import StartDraft
from app.workflow.start_drafts import forget_old
from tests.factories.browser import enter
from tests.inbox.conftest import Company
from tests.inbox.test_task_pages import browser

FORM = "/start/two_step_approval"
JSON = {"Accept": "application/json"}


def drafts() -> list[StartDraft]:
    db.session.rollback()
    return db.session.query(StartDraft).order_by(StartDraft.person_id).all()


def test_what_was_typed_is_there_again_after_a_lost_login(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    saved = rita.post(f"{FORM}/draft", headers=JSON, title="Half a thought", _token="a")
    rita.post("/sign-out")

    again = browser(app, company.reporter).get(FORM).text

    assert saved.status_code == 200
    assert 'value="Half a thought"' in again
    assert "Draft saved today 10:00. Here it is again; nothing has been sent yet." in again


def test_a_draft_is_its_authors_alone_and_the_latest_counts(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    rita.post(f"{FORM}/draft", title="First version")
    rita.post(f"{FORM}/draft", title="Second version")

    pages = [rita.get(FORM).text, browser(app, company.boss).get(FORM).text]

    assert "Second version" in pages[0]
    assert "version" not in pages[1].split("<main")[1].split("</main")[0]
    assert len(drafts()) == 1


def test_sending_spends_the_draft_and_a_late_save_does_not_bring_it_back(
    app: Flask, company: Company
) -> None:
    rita = browser(app, company.reporter)
    rita.post(f"{FORM}/draft", title="Torque table", _token="a")

    sent = rita.post(FORM, title="Torque table", _token="a")
    rita.post(f"{FORM}/draft", headers=JSON, title="Torque table", _token="a")

    assert sent.status_code == 303
    assert drafts() == []


def test_a_refused_form_keeps_the_draft(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    rita.post(f"{FORM}/draft", purpose="For the new line")

    refused = rita.post(FORM, purpose="For the new line", _token="a")

    assert refused.status_code == 422
    assert [one.answers["purpose"] for one in drafts()] == ["For the new line"]


def test_one_begins_afresh_by_a_press(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    rita.post(f"{FORM}/draft", title="Forget me")

    answer = rita.post(f"{FORM}/draft/drop")

    assert (answer.status_code, answer.location) == (303, FORM)
    assert "Forget me" not in rita.get(FORM).text


def test_an_address_with_answers_offers_the_draft_and_does_not_mix_them(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    rita.post(f"{FORM}/draft", title="Torque table", purpose="For line 2")

    page = rita.get(f"{FORM}?title=Welding").text

    assert 'value="Welding"' in page
    assert "For line 2" not in page
    assert "Go on with the draft" in page


def test_an_answer_whose_field_is_gone_is_left_out(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    with unit_of_work() as uow:
        uow.session.add(
            StartDraft(
                person_id=company.reporter.id,
                definition_key="two_step_approval",
                answers={"title": "Still asked", "retired_field": "No longer asked"},
                saved_at=uow.now,
            )
        )

    page = rita.get(FORM)

    assert page.status_code == 200
    assert "Still asked" in page.text
    assert "No longer asked" not in page.text


def test_a_draft_takes_no_answer_the_form_does_not_ask_for(app: Flask, company: Company) -> None:
    answer = browser(app, company.reporter).post(f"{FORM}/draft", title="x", status="closed")

    assert answer.status_code == 422
    assert drafts() == []


def test_the_catalogue_says_where_a_draft_waits(app: Flask, company: Company) -> None:
    rita = browser(app, company.reporter)
    before = rita.get("/start").text
    rita.post(f"{FORM}/draft", title="x")

    after = rita.get("/start").text

    assert "Draft saved" not in before
    assert "Draft saved today 10:00" in after


def test_drafts_nobody_touches_are_forgotten_after_a_quarter(
    app: Flask, company: Company, clock: Clock
) -> None:
    browser(app, company.reporter).post(f"{FORM}/draft", title="Old")
    clock.advance(timedelta(days=60))
    enter(app.test_client(), company.boss).post(f"{FORM}/draft", title="Young")
    clock.advance(timedelta(days=31))

    with unit_of_work() as uow:
        gone = forget_old(uow)

    assert (gone, [one.person_id for one in drafts()]) == (1, [company.boss.id])
