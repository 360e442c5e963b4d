from __future__ import annotations

from datetime import date

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import ManagerInvalid, manager_of, set_manager
from app.trail import Subject
from tests.factories.accounts import Somebody, a_person

MONDAY, TUESDAY = date(2026, 3, 16), date(2026, 3, 17)
pytestmark = pytest.mark.usefixtures("app")


def subject(person: Somebody) -> Subject:
    return Subject("person", person.id, person.user_name)


def test_a_manager_is_followed_by_the_next_one_from_a_day_on() -> None:
    with unit_of_work() as uow:
        person, first, second = a_person(uow), a_person(uow), a_person(uow)
        set_manager(uow, subject(person), first.id, MONDAY)
        set_manager(uow, subject(person), second.id, TUESDAY)

    assert manager_of(db.session(), person.id, MONDAY) == first.id
    assert manager_of(db.session(), person.id, TUESDAY) == second.id


def test_nobody_may_lead_after_all() -> None:
    with unit_of_work() as uow:
        person, first = a_person(uow), a_person(uow)
        set_manager(uow, subject(person), first.id, MONDAY)
        set_manager(uow, subject(person), None, TUESDAY)

    assert manager_of(db.session(), person.id, TUESDAY) is None


def test_nobody_leads_themselves_over_any_number_of_levels() -> None:
    with unit_of_work() as uow:
        top, middle, low = a_person(uow), a_person(uow), a_person(uow)
        set_manager(uow, subject(low), middle.id, MONDAY)
        set_manager(uow, subject(middle), top.id, MONDAY)

        with pytest.raises(ManagerInvalid):
            set_manager(uow, subject(top), low.id, MONDAY)
        with pytest.raises(ManagerInvalid):
            set_manager(uow, subject(top), top.id, MONDAY)
