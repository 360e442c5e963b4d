from __future__ import annotations

from datetime import date

import pytest

from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.earlier import earlier_facts, earlier_row
from app.records.models import Record
from app.records.service import restrict
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.organisation import a_site
from tests.factories.records import a_record

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 2)


@pytest.fixture
def boss() -> Somebody:
    with unit_of_work() as uow:
        return a_person(uow, roles=[("quality_manager", None)])


@pytest.fixture
def case() -> int:
    with unit_of_work() as uow:
        return a_record(uow, "A hand was hurt", site_id=a_site(uow))


def close_to_most(boss: Somebody, case: int) -> None:
    with unit_of_work(boss.id) as uow:
        restrict(uow, actor_for(boss), case, [Role.QUALITY_MANAGER], "Somebody was hurt")
    db.session.rollback()  # the test reads next what was written


def test_an_earlier_case_is_named_with_its_title(case: int) -> None:
    row = earlier_row(db.session.get_one(Record, case), DAY, "open")

    assert (row["title"], row["occurred"], row["outcome"]) == ("A hand was hurt", "2026-03-02", "open")
    assert [fact.value for fact in earlier_facts(db.session(), [row])] == ["A hand was hurt"]


def test_what_a_restricted_case_is_called_is_not_kept_with_others(boss: Somebody, case: int) -> None:
    close_to_most(boss, case)

    assert earlier_row(db.session.get_one(Record, case), DAY, "open")["title"] == "A restricted record"


def test_a_case_restricted_later_is_not_named_any_longer(boss: Somebody, case: int) -> None:
    row = earlier_row(db.session.get_one(Record, case), DAY, "open")
    close_to_most(boss, case)

    assert [(fact.name, fact.value) for fact in earlier_facts(db.session(), [row])] == [
        (row["number"], "A restricted record")
    ]
