"""A test client that behaves like a browser: it sends the form token of the page it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.sessions import begin
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import Somebody

COOKIE = "keel-session"


@dataclass
class Browser:
    """A test client with the form token kept up to date. `post` takes the answers as keywords."""

    client: FlaskClient
    token_page: str = "/forgotten"
    base_url: str = "http://localhost"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self.client.get(path, headers=dict(headers or {}), base_url=self.base_url)

    def post(self, path: str, headers: Mapping[str, str] | None = None, **answers: str) -> TestResponse:
        data = {"csrf_token": self.token(), **answers}
        return self.client.post(path, data=data, headers=dict(headers or {}), base_url=self.base_url)

    def token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(self.token_page).text)
        assert found, "the page carries no form token"
        return found[1]


def sign_in(browser: Browser, person: Somebody) -> Browser:
    """Sign a person in through the door, as they would themselves."""
    answer = browser.post("/sign-in", user_name=person.user_name, password=person.password)
    assert answer.status_code == 303, answer.text
    return browser


def enter(client: FlaskClient, person: Somebody | int) -> Browser:
    """Give the client an open session of a person, without passing the door."""
    person_id = person if isinstance(person, int) else person.id
    with unit_of_work(person_id) as uow:
        secret = begin(uow, person_id, browser="a test", address="127.0.0.1")
    client.set_cookie(COOKIE, secret)
    return Browser(client)


def cookie_of(browser: Browser) -> str:
    """The secret the browser holds."""
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value
