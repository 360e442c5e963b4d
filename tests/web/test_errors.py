from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from app.foundation.errors import NotFound
from app.web.errors import error_page, status_of
from tests.web import small_app


@pytest.mark.parametrize(
    ("kind", "status", "sentence"),
    [
        ("missing", 404, "There is no such record."),
        ("refused", 403, "Only Ingrid may do this."),
        ("stale", 409, "Jonas was first."),
        ("wrong", 422, "Two answers are wrong."),
        ("broken", 500, "The chain does not verify."),
        ("429", 429, "To protect your account we wait a little."),
        ("503", 503, "It cannot answer at this moment."),
        ("418", 418, "A part of it is missing"),
    ],
)
def test_an_error_answers_with_its_status_its_sentence_and_help(
    visitor: FlaskClient, kind: str, status: int, sentence: str
) -> None:
    answer = visitor.get(f"/fail/{kind}")

    assert answer.status_code == status
    assert sentence in answer.text
    assert error_page(status).mend.partition("'")[0] in answer.text


def test_an_error_below_a_branch_has_the_status_of_the_branch() -> None:
    class RecordGone(NotFound):
        pass

    assert status_of(RecordGone("It is gone.")) == 404


def test_problems_are_listed_with_their_mending_and_never_act(visitor: FlaskClient) -> None:
    text = visitor.get("/fail/wrong").text

    assert "Type it." in text
    assert small_app.HOSTILE not in text


def test_an_unexpected_error_shows_a_reference_that_the_log_knows(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="app.web.errors"):
        text = visitor.get("/fail/unexpected").text

    references = [vars(record)["reference"] for record in caplog.records if record.name == "app.web.errors"]
    assert len(references) == 1
    assert references[0] in text
    assert "ZeroDivisionError" not in text


def test_a_failing_server_draws_the_page_without_the_frame(visitor: FlaskClient) -> None:
    assert 'class="frame"' not in visitor.get("/fail/broken").text
    assert 'class="frame' in visitor.get("/fail/missing").text


def test_the_api_answers_with_problem_json(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/fail/wrong")

    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == 422
    assert answer.get_json()["errors"][0]["where"] == "lot"


def test_too_large_a_form_says_so(visitor: FlaskClient) -> None:
    answer = visitor.post("/deed", data={"text": "x" * 70_000})

    assert answer.status_code == 413
    assert "larger than the server takes" in answer.text


def test_a_wrong_method_names_the_right_one(visitor: FlaskClient) -> None:
    answer = visitor.get("/deed")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
