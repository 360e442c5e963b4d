from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.grants import GrantOrder, give
from app.accounts.policy import sees
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.links import LinkKind, link_records, linked_records
from app.records.models import Record
from app.records.search import find_records
from app.records.service import restrict
from app.records.visibility import (
    RecordUnseen,
    get_visible,
    scope_of,
    seen_among,
    visible,
    visible_to,
)
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.organisation import a_site
from tests.factories.records import a_record, a_task
from tests.factories.statements import statements_sent


@dataclass(frozen=True)
class Place:
    here: int
    there: int
    staff: Somebody
    stranger: Somebody
    boss: Somebody
    record_here: int
    record_there: int


pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def place() -> Place:
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
        staff = a_person(uow, roles=[("reporter", here)])
        stranger = a_person(uow, roles=[("reporter", there)])
        boss = a_person(uow, roles=[("quality_manager", None)])
        record_here = a_record(uow, "Pump leaks", site_id=here)
        record_there = a_record(uow, "Pump squeaks", site_id=there)
    return Place(here, there, staff, stranger, boss, record_here, record_there)


def seen_by(somebody: Somebody) -> list[int]:
    actor = actor_for(somebody)
    return list(db.session.scalars(visible(select(Record.id), actor).order_by(Record.id)))


def test_people_see_the_records_of_their_sites(place: Place) -> None:
    assert seen_by(place.staff) == [place.record_here]
    assert seen_by(place.boss) == [place.record_here, place.record_there]


def test_what_is_unseen_does_not_exist(place: Place) -> None:
    with pytest.raises(RecordUnseen):
        get_visible(db.session, actor_for(place.staff), place.record_there)


def test_who_has_a_task_of_a_record_sees_it(place: Place) -> None:
    with unit_of_work() as uow:
        a_task(uow, place.record_there, assignee_id=place.staff.id)

    assert seen_by(place.staff) == [place.record_here, place.record_there]


def test_a_restricted_record_is_open_to_its_roles_and_participants_only(place: Place) -> None:
    with unit_of_work(place.boss.id) as uow:
        restrict(uow, actor_for(place.boss), place.record_here, [Role.QUALITY_MANAGER], "Somebody was hurt")

    assert seen_by(place.staff) == []
    assert seen_by(place.boss) == [place.record_here, place.record_there]


def test_the_sql_condition_and_the_policy_agree(place: Place) -> None:
    with unit_of_work(place.boss.id) as uow:
        restrict(uow, actor_for(place.boss), place.record_there, [Role.AUDITOR], "Personnel")
    rows = db.session.scalars(select(Record)).all()

    for somebody in (place.staff, place.stranger, place.boss):
        actor = actor_for(somebody)
        assert seen_by(somebody) == [row.id for row in rows if sees(actor, scope_of(row))]


def test_search_and_links_name_nothing_unseen(place: Place) -> None:
    with unit_of_work() as uow:
        link_records(uow, place.record_here, place.record_there, LinkKind.LEADS_TO)
    staff, boss = actor_for(place.staff), actor_for(place.boss)

    assert [hit.id for hit in find_records(db.session, staff, "pump")] == [place.record_here]
    assert len(find_records(db.session, boss, "pump")) == 2
    assert linked_records(db.session, staff, place.record_here) == []
    assert [one.words for one in linked_records(db.session, boss, place.record_here)] == ["leads to"]
    assert [one.words for one in linked_records(db.session, boss, place.record_there)] == ["follows from"]


def test_a_number_of_an_unseen_record_finds_nothing(place: Place) -> None:
    number = db.session.scalar(select(Record.number).where(Record.id == place.record_there)) or ""

    assert find_records(db.session, actor_for(place.staff), number) == []


def test_two_visits_of_one_person_put_the_condition_together_once(place: Place) -> None:
    first = actor_for(place.staff)
    later = replace(first, last_seen_at=clock.now() + timedelta(minutes=5), session_id=7, theme="dark")

    assert visible_to(later) is visible_to(first)


def test_whoever_sees_something_else_gets_a_condition_of_their_own(place: Place) -> None:
    conditions = {id(visible_to(actor_for(one))) for one in (place.staff, place.stranger, place.boss)}

    assert len(conditions) == 3


def test_a_grant_that_was_given_since_counts_at_once(place: Place) -> None:
    assert seen_by(place.staff) == [place.record_here]
    with unit_of_work() as uow:
        give(uow, place.staff.id, GrantOrder(Role.REPORTER, place.there))

    assert seen_by(place.staff) == [place.record_here, place.record_there]


def test_more_records_are_asked_about_than_a_statement_takes_values(place: Place) -> None:
    asked = range(70_000)

    with statements_sent() as sent:
        found = seen_among(db.session(), actor_for(place.staff), asked)

    assert list(found) == [place.record_here]
    assert found[place.record_here].title == "Pump leaks"
    assert max(one.count("?") for one in sent) < 32_766


def test_nobody_asks_the_database_about_no_records(place: Place) -> None:
    actor = actor_for(place.staff)

    with statements_sent() as sent:
        assert seen_among(db.session(), actor, ()) == {}

    assert sent == []
