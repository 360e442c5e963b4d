"""What differs between databases: recursive queries, upserts, NULLs in unique keys, dates."""

from __future__ import annotations

from datetime import date

import pytest

from app.accounts.absences import plan_absence
from app.accounts.groups import group_for, groups_of, members_of
from app.accounts.links import LinkSpent, Purpose, holder_of, issue, spend
from app.accounts.people import people
from app.accounts.roles import Role
from app.accounts.sessions import begin, end_all, load
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.imports import apply_import
from app.organisation.kinds import KINDS, KindKey
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site

TODAY = date(2026, 3, 17)
pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("pg_app")]


def test_groups_and_substitutes_are_found_on_postgresql() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        group = group_for(uow, Role.APPROVER, site)
        away, stand_in = a_person(uow, roles=[("approver", None)]), a_person(uow)
        plan_absence(uow, away.id, stand_in.id, starts_on=TODAY, ends_on=TODAY)

        assert group_for(uow, Role.APPROVER, site) == group

    assert groups_of(db.session(), stand_in.id, TODAY).borrowed_groups == {group: away.id}
    assert members_of(db.session(), group, TODAY) == [away.id]


def test_sessions_begin_and_end_on_postgresql() -> None:
    with unit_of_work() as uow:
        person = a_person(uow, "marta")
        secret = begin(uow, person.id, browser="", address="")
    actor = load(db.session(), secret, clock.now())

    with unit_of_work() as uow:
        ended = end_all(uow, person.id)

    assert actor is not None
    assert ended == 1
    assert load(db.session(), secret, clock.now()) is None


def test_a_link_is_spent_once_on_postgresql() -> None:
    with unit_of_work() as uow:
        secret = issue(uow, a_person(uow, "marta").id, Purpose.RESET)
        link = holder_of(uow.session, secret, uow.now)

        assert spend(uow, link.id).used_at == uow.now
        with pytest.raises(LinkSpent):
            spend(uow, link.id)


def test_imports_and_search_work_on_postgresql() -> None:
    with unit_of_work() as uow:
        a_person(uow, "marta")
        apply_import(uow, KINDS[KindKey.SITE], b"code,name,zone,country\nGDN,Gdansk,Europe/Warsaw,PL\n", {})

        assert [one.details.user_name for one in people(uow.session, search="MART")] == ["marta"]
