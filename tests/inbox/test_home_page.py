from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.foundation.clock import Clock
from app.inbox.words import day_sentence
from tests.factories.browser import enter
from tests.inbox.conftest import Company
from tests.inbox.test_task_pages import browser, report


@pytest.mark.parametrize(
    ("overdue", "soon", "sentence"),
    [
        (0, 0, "Nothing is due this week."),
        (0, 1, "One task is due this week."),
        (1, 0, "One task is overdue."),
        (1, 4, "One task is overdue, 4 are due this week."),
        (100, 3, "More than 99 tasks are overdue."),
    ],
)
def test_the_day_is_said_in_one_sentence(overdue: int, soon: int, sentence: str) -> None:
    assert day_sentence(overdue, soon, 100) == sentence


def test_the_reporter_sees_where_it_stands(app: Flask, company: Company) -> None:
    report(app, company, "Torque table")

    page = browser(app, company.reporter).get("/").text

    assert "Good morning, Rita" in page
    assert "Review the document: with the reviewer" in page


def test_what_is_offered_is_shown_when_nothing_is_mine(app: Flask, company: Company) -> None:
    report(app, company, "Torque table")

    page = browser(app, company.reviewer).get("/").text

    assert "Offered to your group" in page
    assert ">Begin</a>" in page


def test_a_late_task_is_named_late(app: Flask, company: Company, clock: Clock) -> None:
    task_id = report(app, company, "Torque table")
    browser(app, company.reviewer).post(f"/tasks/{task_id}/claim")
    clock.advance(timedelta(days=10))

    page = enter(app.test_client(), company.reviewer).get("/").text

    assert "One task is overdue." in page
    assert "Overdue by 7 days" in page


def test_news_are_of_others_and_of_what_one_sees(app: Flask, company: Company, clock: Clock) -> None:
    task_id = report(app, company, "Torque table")
    clock.advance(timedelta(hours=1))
    browser(app, company.reviewer).post(f"/tasks/{task_id}/complete", verdict="fit", _token="a", _version="1")

    seen = enter(app.test_client(), company.reporter).get("/").text
    own = enter(app.test_client(), company.reviewer).get("/").text
    elsewhere = enter(app.test_client(), company.stranger).get("/").text

    assert "completed “Review the document” for" in seen
    assert "completed “Review the document”" not in own
    assert "Torque table" not in elsewhere


def test_a_question_waits_on_the_home_page_until_it_is_answered(app: Flask, company: Company) -> None:
    report(app, company, "Torque table")
    browser(app, company.reviewer).post(
        "/records/1/comments", text="Which size?", asked=str(company.approver.id)
    )
    anna = browser(app, company.approver)

    before = anna.get("/").text
    anna.post("/records/1/comments", text="M12")

    assert "Which size?" in before
    assert "Which size?" not in anna.get("/").text


def test_the_catalogue_offers_only_what_fits_the_words(app: Flask, company: Company) -> None:
    client = browser(app, company.reporter)

    pages = [client.get(f"/start?q={words}").text for words in ("document", "elephant")]
    shown = [page.partition("</main>")[0] for page in pages]  # the palette below it offers all of them

    assert ["Get a document approved" in page for page in shown] == [True, False]


def test_nothing_unknown_can_be_started(app: Flask, company: Company) -> None:
    assert browser(app, company.reporter).get("/start/nothing").status_code == 404
