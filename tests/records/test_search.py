from __future__ import annotations

import pytest

from app.accounts.actor import Actor
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.inbox.sample import PORTS
from app.records.search import find_records
from tests.factories.accounts import a_person, actor_for
from tests.factories.records import a_record


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def actor(request: pytest.FixtureRequest) -> Actor:
    request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    with unit_of_work() as uow:
        person = a_person(uow, roles=[("quality_manager", None)])
        a_record(uow, "Łożysko pompy hałasuje", remark="bearing of pump seven")
        a_record(uow, "Wrong label on crate", lot="as TST-2026-0001")
    return actor_for(person)


def found(actor: Actor, query: str) -> list[str]:
    return [hit.number for hit in find_records(db.session, actor, query)]


def test_a_number_finds_its_record_alone(actor: Actor) -> None:
    assert found(actor, " tst-2026-0001 ") == ["TST-2026-0001"]


def test_all_words_must_occur_and_may_be_cut_short(actor: Actor) -> None:
    assert found(actor, "wrong lab") == ["TST-2026-0002"]
    assert found(actor, "wrong bearing") == []


def test_answers_without_a_column_are_found(actor: Actor) -> None:
    assert found(actor, "bearing") == ["TST-2026-0001"]


def test_a_changed_record_is_found_by_its_present_words_only(actor: Actor) -> None:
    with unit_of_work() as uow:
        PORTS.write_facts(uow, 1, {"title": "Shaft is bent", "remark": ""})

    assert found(actor, "bearing") == []
    assert found(actor, "shaft") == ["TST-2026-0001"]


@pytest.mark.parametrize("query", ['"', "a* OR b*", "NEAR(", "'; DROP TABLE record", "%", "", "-", "title:x"])
def test_no_query_is_taken_for_a_command(actor: Actor, query: str) -> None:
    assert found(actor, query) == []


def test_other_alphabets_are_found(actor: Actor) -> None:
    assert found(actor, "hałasuje") == ["TST-2026-0001"]
