"""Somebody who tries every door: a client that keeps its form token, and the database before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.foundation.db import Base, db
from tests.factories.browser import Browser, enter

COUNTS_ITSELF = frozenset(
    {"web_session", "throttle_counter", "signing_challenge", "trail_head"}
)  # looking around is noted there
BLOBS = frozenset({"bundle", "snapshot"})


@dataclass
class Prober:
    """A client of somebody, with one form token for all posts. Answers are closed once they are read."""

    client: FlaskClient
    token: str

    def get(self, path: str) -> TestResponse:
        return self.send("GET", path)

    def post(self, path: str, answers: Mapping[str, object] | None = None) -> TestResponse:
        return self.send("POST", path, data={"csrf_token": self.token, **(answers or {})})

    def send(self, method: str, path: str, **more: object) -> TestResponse:
        answer = self.client.open(path, method=method, base_url="http://localhost", **more)
        assert answer.data is not None
        answer.close()
        return answer


def prober(app: Flask, person_id: int | None) -> Prober:
    """Somebody at the doors; nobody has no session."""
    client = app.test_client()
    browser = Browser(client) if person_id is None else enter(client, person_id)
    return Prober(client, browser.token())


LOOKS = frozenset({"evidence.pack_taken"})  # to look is a deed of its own that the trail keeps


def everything_stored() -> list[tuple[object, ...]]:
    """All rows of all tables, for comparing before with after."""
    with db.engine.connect() as connection:
        return [
            (table.name, *row)
            for table in Base.metadata.sorted_tables
            if table.name not in COUNTS_ITSELF
            for row in connection.execute(
                select(*[column for column in table.columns if column.name not in BLOBS]).order_by(
                    *table.primary_key
                )
            )
            if row._mapping.get("verb") not in LOOKS
        ]
