from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def _token(visitor: FlaskClient) -> str:
    return visitor.get("/home/").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "https://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_from_elsewhere_is_refused_even_with_the_token(
    visitor: FlaskClient, headers: dict[str, str]
) -> None:
    answer = visitor.post("/deed", data={"csrf_token": _token(visitor)}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "old", None])
def test_a_write_without_a_good_token_is_refused_with_help(visitor: FlaskClient, token: str | None) -> None:
    answer = visitor.post("/deed", data={"csrf_token": token} if token is not None else {})

    assert answer.status_code == 403
    assert "Reload it and repeat." in answer.text


def test_the_token_of_another_browser_is_refused(visitor: FlaskClient) -> None:
    stranger = visitor.application.test_client()

    answer = visitor.post("/deed", data={"csrf_token": _token(stranger)})

    assert answer.status_code == 403


def test_json_as_plain_text_does_not_get_around_the_token(visitor: FlaskClient) -> None:
    answer = visitor.post("/deed", data='{"a": 1}', content_type="text/plain")

    assert answer.status_code == 403


def test_an_own_form_with_its_token_passes(visitor: FlaskClient) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    answer = visitor.post("/deed", data={"csrf_token": _token(visitor)}, headers=headers)

    assert answer.status_code == 303
