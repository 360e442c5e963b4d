from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from app.foundation.db import db
from app.foundation.durations import Duration
from app.foundation.errors import Broken
from app.foundation.settings import (
    Setting,
    SettingInvalid,
    catalogue,
    clear_value,
    set_value,
    value_of,
    values_of,
)
from app.foundation.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("any_app")
WAIT = Setting("capa.wait", Duration(days=60), Duration, "How long to wait before the check.")
LIMIT = Setting("login.limit", 10, int, "Tries before the door closes.")
COST = Setting("capa.cost_limit", Decimal("1000.50"), Decimal, "Cost above which the manager decides.")
STRICT = Setting("capa.strict", True, bool, "Whether evidence is demanded.")
ALL = (WAIT, LIMIT, COST, STRICT)


def put(setting: Setting[Any], value: object, site_id: int | None = None) -> None:
    with unit_of_work() as uow:
        set_value(uow, setting, value, site_id)
    db.session.rollback()


def test_the_default_holds_until_someone_changes_it() -> None:
    assert value_of(db.session(), WAIT) == Duration(days=60)
    assert value_of(db.session(), WAIT, 3) == Duration(days=60)


def test_a_site_value_wins_over_the_one_for_all_sites() -> None:
    put(LIMIT, 5)
    put(LIMIT, 3, site_id=1)
    put(LIMIT, 4)
    put(LIMIT, 2, site_id=1)

    found = [value_of(db.session(), LIMIT, site) for site in (None, 1, 2)]

    assert found == [4, 2, 4]


def test_a_cleared_value_falls_back() -> None:
    put(LIMIT, 5)
    put(LIMIT, 3, site_id=1)

    with unit_of_work() as uow:
        clear_value(uow, LIMIT, 1)
    at_site = value_of(db.session(), LIMIT, 1)
    db.session.rollback()
    with unit_of_work() as uow:
        clear_value(uow, LIMIT)

    assert (at_site, value_of(db.session(), LIMIT, 1)) == (5, 10)


@pytest.mark.parametrize(
    ("setting", "value"), [(WAIT, Duration(months=1)), (COST, Decimal("0.10")), (STRICT, False), (LIMIT, -1)]
)
def test_a_value_comes_back_as_its_type(setting: Setting[Any], value: object) -> None:
    put(setting, value)

    found = value_of(db.session(), setting)

    assert (found, type(found)) == (value, type(value))


def test_a_text_from_a_form_is_read_as_the_type() -> None:
    put(WAIT, "P90D")
    put(COST, "12.30")
    put(LIMIT, "7")

    assert [value_of(db.session(), one) for one in (WAIT, COST, LIMIT)] == [
        Duration(days=90),
        Decimal("12.30"),
        7,
    ]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (LIMIT, "x"),
        (LIMIT, 1.5),
        (LIMIT, True),
        (STRICT, "yes"),
        (STRICT, 1),
        (COST, "NaN"),
        (WAIT, "90 days"),
        (WAIT, 90),
    ],
)
def test_a_value_of_another_type_is_refused(setting: Setting[Any], value: object) -> None:
    with pytest.raises(SettingInvalid) as caught:
        put(setting, value)

    assert [problem.where for problem in caught.value.problems] == [setting.key]


def test_many_settings_cost_one_statement() -> None:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    values = values_of(db.session(), ALL, 1)

    assert (values[LIMIT.key], len([one for one in seen if "setting" in one])) == (10, 1)


def test_a_key_declared_twice_is_a_fault_of_the_program() -> None:
    assert set(catalogue([WAIT], [LIMIT])) == {"capa.wait", "login.limit"}

    with pytest.raises(Broken, match=r"capa\.wait"):
        catalogue([WAIT], [WAIT])
