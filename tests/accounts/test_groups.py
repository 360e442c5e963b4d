from __future__ import annotations

from datetime import date

import pytest

from app.accounts.absences import plan_absence
from app.accounts.grants import withdraw
from app.accounts.groups import group_for, groups_of, holders_of, members_of
from app.accounts.models import RoleGrant
from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person
from tests.factories.organisation import a_process, a_site

TODAY = date(2026, 3, 17)

pytestmark = pytest.mark.usefixtures("app")


def test_a_group_is_made_once() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)

        first = group_for(uow, Role.VERIFIER, site)

        assert group_for(uow, Role.VERIFIER, site) == first


def test_a_grant_reaches_the_groups_of_its_site_only() -> None:
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
        mine, other = group_for(uow, Role.VERIFIER, here), group_for(uow, Role.VERIFIER, there)
        person = a_person(uow, roles=[("verifier", here)])

    groups = groups_of(db.session, person.id, TODAY).group_ids

    assert mine in groups
    assert other not in groups


def test_a_grant_for_all_sites_reaches_groups_made_later() -> None:
    with unit_of_work() as uow:
        person = a_person(uow, roles=[("verifier", None)])
        group = group_for(uow, Role.VERIFIER, a_site(uow))

    assert group in groups_of(db.session, person.id, TODAY).group_ids


def test_a_grant_for_one_process_does_not_reach_the_group_of_the_whole_site() -> None:
    with unit_of_work() as uow:
        site, process = a_site(uow), a_process(uow)
        whole, part = group_for(uow, Role.AUTHOR, site), group_for(uow, Role.AUTHOR, site, process)
        person = a_person(uow, roles=[("author", site, process)])

    assert groups_of(db.session, person.id, TODAY).group_ids == {part}
    assert whole != part


def test_a_substitute_sees_the_groups_of_the_absent_on_those_days_only() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        group = group_for(uow, Role.APPROVER, site)
        away, stand_in = a_person(uow, roles=[("approver", site)]), a_person(uow)
        plan_absence(uow, away.id, stand_in.id, starts_on=TODAY, ends_on=date(2026, 3, 20))

    during = groups_of(db.session, stand_in.id, TODAY)
    after = groups_of(db.session, stand_in.id, date(2026, 3, 21))

    assert during.borrowed_groups == {group: away.id}
    assert during.stands_in_for == {away.id}
    assert after.group_ids == set()


def test_a_substitute_of_a_substitute_sees_them_too() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        group = group_for(uow, Role.APPROVER, site)
        first, second, third = a_person(uow, roles=[("approver", site)]), a_person(uow), a_person(uow)
        plan_absence(uow, first.id, second.id, starts_on=TODAY, ends_on=TODAY)
        plan_absence(uow, second.id, third.id, starts_on=TODAY, ends_on=TODAY)

    assert groups_of(db.session, third.id, TODAY).borrowed_groups == {group: first.id}


def test_the_role_of_admin_is_never_lent() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        group_for(uow, Role.ADMIN, site)
        away, stand_in = a_person(uow, roles=[("admin", None)]), a_person(uow)
        plan_absence(uow, away.id, stand_in.id, starts_on=TODAY, ends_on=TODAY)

    rights = groups_of(db.session, stand_in.id, TODAY)

    assert rights.group_ids == set()
    assert rights.grants == ()


def test_a_withdrawn_grant_is_gone_at_once() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        group = group_for(uow, Role.VERIFIER, site)
        a_person(uow, roles=[("admin", None)])
        person = a_person(uow, roles=[("verifier", site)])
        grant = uow.session.query(RoleGrant.id).filter_by(person_id=person.id).scalar()

        withdraw(uow, grant)

    assert group not in groups_of(db.session, person.id, TODAY).group_ids


def test_members_and_holders_are_the_active_people_with_the_role_there() -> None:
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
        group = group_for(uow, Role.VERIFIER, here)
        local = a_person(uow, "a.local", roles=[("verifier", here)])
        everywhere = a_person(uow, "b.everywhere", roles=[("verifier", None)])
        a_person(uow, roles=[("verifier", there)])

    assert members_of(db.session, group, TODAY) == [local.id, everywhere.id]
    assert holders_of(db.session, Role.VERIFIER, here, TODAY) == [local.id, everywhere.id]
