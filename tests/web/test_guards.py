"""Every role on every route, allowed or refused exactly as the reviewed table says.

To change who may do what: change app/accounts/permissions.py, run this file with KEEL_WRITE_TABLES=1, and
review the difference of tests/data/permissions.csv like code.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import flask.templating
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.foundation.unit_of_work import unit_of_work
from app.web import permission_table as table
from app.web.guards import (
    RouteWithoutPermission,
    Row,
    check_every_route_declares_a_permission,
    permission,
    permission_table,
)
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site

ROOT = Path(__file__).resolve().parents[2]
REVIEWED = ROOT / "tests" / "data" / "permissions.csv"
REFERENCE = ROOT / "docs" / "reference" / "permissions.md"
NOBODY = "a person without any role"
STRANGER = "a stranger"
GUEST = Role.EXTERNAL_AUDITOR.value
SIGNED_OUT = {303, 401}


@pytest.mark.parametrize(
    ("path", "write"), [(REVIEWED, table.as_csv), (REFERENCE, table.as_markdown)], ids=["review", "reference"]
)
def test_the_written_table_is_the_one_in_force(
    app: Flask, path: Path, write: Callable[[Sequence[Row]], str]
) -> None:
    generated = write(permission_table(app))
    if os.environ.get("KEEL_WRITE_TABLES") == "1":
        path.write_text(generated, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == generated


def test_a_route_without_a_permission_stops_the_start(app: Flask) -> None:
    bare = Flask("bare")
    bare.view_functions.update(app.view_functions)
    bare.add_url_rule("/forgotten-one", "forgotten_one", lambda: "")
    bare.add_url_rule("/misspelt", "misspelt", permission("inbox.raed")(lambda: ""))
    del bare.view_functions["static"]

    with pytest.raises(RouteWithoutPermission, match=r"forgotten_one, misspelt$"):
        check_every_route_declares_a_permission(bare)


@pytest.fixture
def people(app: Flask) -> dict[str, Somebody]:
    """One person for each role, for all sites, and one without any."""
    with app.app_context(), unit_of_work() as uow:
        a_site(uow)
        made = {role.value: a_person(uow, f"the.{role.value}", roles=[(role.value, None)]) for role in Role}
        return made | {NOBODY: a_person(uow, "nobody")}


@pytest.fixture
def blank_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are not drawn: thousands of cells look at the status only, other tests look at the pages."""
    monkeypatch.setattr(flask.templating, "_render", lambda *_anything: "")


def test_every_route_answers_every_role_as_the_reviewed_table_says(
    app: Flask, people: dict[str, Somebody], request: pytest.FixtureRequest
) -> None:
    lines = list(reviewed())
    browsers = {who: Visitor(app, person) for who, person in {STRANGER: None, **people}.items()}
    request.getfixturevalue("blank_pages")

    differences = [
        (who, method, line["rule"], status)
        for who, visitor in browsers.items()
        for line in lines
        for method in line["methods"].split()
        if not is_as_said(status := visitor.ask(method, line["rule"]), line["who"], who)
    ]

    assert differences == []


def test_a_write_without_a_token_changes_nothing(app: Flask, people: dict[str, Somebody]) -> None:
    client = enter(app.test_client(), people["admin"]).client

    statuses = {
        line["rule"]: client.post(address(line["rule"])).status_code
        for line in reviewed()
        if "POST" in line["methods"]
    }

    assert set(statuses.values()) == {403}


def test_a_write_from_another_origin_changes_nothing(app: Flask, people: dict[str, Somebody]) -> None:
    browser = enter(app.test_client(), people["admin"])

    answer = browser.post("/admin/people/new", headers={"Origin": "https://evil.example"}, name="x")

    assert answer.status_code == 403
    assert "Another website" in answer.text


def test_the_token_of_another_session_does_not_count(app: Flask, people: dict[str, Somebody]) -> None:
    other = enter(app.test_client(), people["auditor"]).token()
    client = enter(app.test_client(), people["admin"]).client

    assert client.post("/me", data={"csrf_token": other}).status_code == 403


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE"])
def test_odd_methods_are_refused(client: FlaskClient, method: str) -> None:
    assert client.open("/sign-in", method=method).status_code == 405


def reviewed() -> Iterator[dict[str, str]]:
    with REVIEWED.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def address(rule: str) -> str:
    """An address of the rule that names things which do not exist: being refused must not depend on them."""
    return re.sub(r"<(\w+:)?\w+>", lambda found: "987654" if found[1] == "int:" else "site", rule)


class Visitor:
    """Somebody who tries every door; after the one that signs out they are signed in again."""

    def __init__(self, app: Flask, person: Somebody | None) -> None:
        self.client = app.test_client()
        self.person = person
        self.browser = self.enter()
        self.token = self.browser.token()
        self.form_cookie = cookie.value if (cookie := self.client.get_cookie("keel")) else ""

    def enter(self) -> Browser:
        return enter(self.client, self.person) if self.person else Browser(self.client)

    def ask(self, method: str, rule: str) -> int:
        if method == "GET":
            return self.client.get(address(rule)).status_code
        status = self.client.post(address(rule), data={"csrf_token": self.token}).status_code
        if rule == "/sign-out" and self.person:
            self.browser = self.enter()
            self.client.set_cookie("keel", self.form_cookie)
        return status


def is_as_said(status: int, said: str, who: str) -> bool:
    """Whoever is let in may be told that nothing is there or the form is empty, but not 401 or 403."""
    if said == table.EVERYBODY:
        return status not in {401, 403, 500}
    if who == STRANGER:
        return status in SIGNED_OUT
    if who == GUEST and said == table.SIGNED_IN:
        return status in {303, 403}  # home leads a guest to the room
    has_it = {
        table.SIGNED_IN: True,
        table.ANY_ROLE: who not in {NOBODY, GUEST},
        table.ANY_BUT_ADMIN: who not in {NOBODY, GUEST, "admin"},
    }.get(said, who in said.split())
    return status not in {401, 403, 500} if has_it else status == 403
