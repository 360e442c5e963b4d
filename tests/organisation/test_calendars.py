from __future__ import annotations

from datetime import date, time

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.foundation.working_time import Hours
from app.organisation.calendars import (
    CalendarInvalid,
    SiteUnknown,
    add_special_day,
    calendar_of,
    hours_in_words,
    remove_special_day,
    set_hours,
    special_days,
)
from tests.factories.organisation import a_site

SATURDAY, CORPUS_CHRISTI, TUESDAY = date(2026, 3, 21), date(2026, 6, 4), date(2026, 3, 17)
pytestmark = pytest.mark.usefixtures("app")


def test_a_site_begins_with_office_hours_and_the_holidays_of_its_country() -> None:
    with unit_of_work() as uow:
        site = a_site(uow, country="PL")

    calendar = calendar_of(db.session(), site)

    assert calendar.hours_of(TUESDAY) == (Hours(time(8), time(16)),)
    assert not calendar.is_working_day(SATURDAY)
    assert not calendar.is_working_day(CORPUS_CHRISTI)


def test_hours_are_kept_as_typed() -> None:
    typed = ("06:00-14:00, 14:00-22:00", "06:00-14:00", "", "", "", "", "")
    with unit_of_work() as uow:
        site = a_site(uow)
        set_hours(uow, site, typed)

    assert hours_in_words(db.session(), site) == typed


@pytest.mark.parametrize("text", ["8-16", "16:00-08:00", "08:00-12:00, 11:00-13:00", "always"])
def test_bad_hours_are_refused_and_named_by_their_day(text: str) -> None:
    with unit_of_work() as uow:
        site = a_site(uow)

        with pytest.raises(CalendarInvalid) as refusal:
            set_hours(uow, site, ("08:00-16:00", text, "", "", "", "", ""))

    assert [one.where for one in refusal.value.problems] == ["hours.1"]


def test_a_week_without_work_is_refused() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)

        with pytest.raises(CalendarInvalid):
            set_hours(uow, site, ("",) * 7)


def test_special_days_close_a_weekday_and_open_a_weekend() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        add_special_day(uow, site, TUESDAY, "Stock taking", is_worked=False)
        add_special_day(uow, site, SATURDAY, "Instead of Tuesday", is_worked=True)

    calendar = calendar_of(db.session(), site)

    assert not calendar.is_working_day(TUESDAY)
    assert calendar.hours_of(SATURDAY) == (Hours(time(8), time(16)),)


def test_a_special_day_is_kept_once_and_can_be_taken_out() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        special = add_special_day(uow, site, TUESDAY, "Stock taking", is_worked=False)
        with pytest.raises(CalendarInvalid):
            add_special_day(uow, site, TUESDAY, "Again", is_worked=True)

        remove_special_day(uow, site, special)

        assert special_days(uow.session, site) == []


def test_an_unknown_site_has_no_calendar() -> None:
    with pytest.raises(SiteUnknown):
        calendar_of(db.session(), 404)
