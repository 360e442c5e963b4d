from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.accounts.groups import group_for
from app.accounts.models import WebSession
from app.accounts.roles import Role
from app.accounts.sessions import SessionUnknown, begin, end, load, open_sessions
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person, actor_for
from tests.factories.browser import enter
from tests.factories.organisation import a_site

pytestmark = pytest.mark.usefixtures("app")


@contextmanager
def statements() -> Iterator[list[str]]:
    """All SQL but BEGIN and COMMIT, which are not statements of ours."""
    seen: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_session_with_all_its_rights_takes_two_statements(clock: Clock) -> None:
    with unit_of_work() as uow:
        sites = [a_site(uow) for _ in range(3)]
        roles = [("verifier", None), *(("approver", site) for site in sites)]
        person = a_person(uow, roles=roles)
        groups = {group_for(uow, role, site) for role in (Role.VERIFIER, Role.APPROVER) for site in sites}
        secret = begin(uow, person.id, browser="", address="")

    with statements() as seen:
        actor = load(db.session(), secret, clock.now())

    assert len(seen) == 2
    assert actor is not None
    assert actor.group_ids == groups


def test_the_secret_itself_is_not_stored(clock: Clock) -> None:
    with unit_of_work() as uow:
        secret = begin(uow, a_person(uow).id, browser="", address="")

    stored = db.session.query(WebSession.digest).one()

    assert stored.digest != secret
    assert load(db.session(), stored.digest, clock.now()) is None


def test_use_is_noted_at_most_once_a_minute(app: Flask, clock: Clock) -> None:
    with unit_of_work() as uow:
        person = a_person(uow)
    browser = enter(app.test_client(), person)
    began = clock.now()

    clock.advance(timedelta(seconds=59))
    browser.get("/me")
    soon = db.session.query(WebSession.last_seen_at).scalar()
    clock.advance(timedelta(seconds=1))
    browser.get("/me")
    db.session.rollback()

    assert soon == began
    assert db.session.query(WebSession.last_seen_at).scalar() == clock.now()


def test_nobody_ends_the_session_of_somebody_else() -> None:
    with unit_of_work() as uow:
        owner, other = a_person(uow), a_person(uow)
        begin(uow, owner.id, browser="Firefox", address="10.0.0.1")
        id_ = uow.session.query(WebSession.id).scalar()

        with pytest.raises(SessionUnknown):
            end(uow, other.id, id_)


def test_the_list_of_sessions_shows_open_ones_only(clock: Clock) -> None:
    with unit_of_work() as uow:
        person = a_person(uow)
        begin(uow, person.id, browser="Firefox", address="10.0.0.1")
        begin(uow, person.id, browser="Chrome", address="10.0.0.2")
        end(uow, person.id, uow.session.query(WebSession.id).filter_by(browser="Chrome").scalar())

    shown = open_sessions(db.session(), actor_for(person), clock.now())

    assert [one.browser for one in shown] == ["Firefox"]
