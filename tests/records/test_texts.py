from __future__ import annotations

import pytest

from app.accounts.actor import Actor
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.search import find_records
from app.records.texts import forget_text, keep_text, snippets_of
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_site
from tests.factories.records import a_record

WORDS = "Take lot LOT-2024/0017 from the shelf. Log WP-400.2 and the Prüföl."


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def actor(request: pytest.FixtureRequest) -> Actor:
    request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
        person = a_person(uow, roles=[("quality_manager", here)])
        for title, site in (("Incoming inspection", here), ("Elsewhere", there), ("Other lot", here)):
            record_id = a_record(uow, title, site_id=site)
            words = WORDS if title != "Other lot" else "Take lot LOT-2025/0017, then 2024 pieces."
            keep_text(uow, record_id, words, heading=title, source="test")
    return actor_for(person)


def found(actor: Actor, query: str) -> list[str]:
    db.session.rollback()
    return [hit.title for hit in find_records(db.session, actor, query)]


@pytest.mark.parametrize(
    "query",
    [
        "LOT-2024/0017",
        "lot-2024-0017",
        "LOT\u20112024/0017",
        "LOT20240017",
        "LOT-2024/00",
        "LOT-2024",
        "2024/0017",
        "WP-400.2",
        "wp400",
        "prüföl",
        "PRUFOL",
        "incoming WP-400.2",
    ],
)
def test_a_code_is_found_as_it_is_typed_with_other_signs_and_cut_short(actor: Actor, query: str) -> None:
    assert found(actor, query) == ["Incoming inspection"]


@pytest.mark.parametrize("query", ["LOT-2023/0017", "OT-2024", "WP-401", "0017/2024", "shelf missing"])
def test_what_stands_otherwise_in_the_text_is_not_found(actor: Actor, query: str) -> None:
    assert found(actor, query) == []


@pytest.mark.parametrize(
    "query", ['"', "a* OR b*", "NEAR(", "lot' & !", "' OR 1=1 --", "terms:lot", "\\", "-"]
)
def test_no_query_is_taken_for_a_command(actor: Actor, query: str) -> None:
    assert set(found(actor, query)) <= {"Incoming inspection", "Other lot"}


def test_a_text_that_is_kept_again_counts_alone_and_a_forgotten_one_not_at_all(actor: Actor) -> None:
    with unit_of_work() as uow:
        keep_text(uow, 1, "Wash it.", heading="Incoming inspection", source="again")
    assert (found(actor, "shelf"), found(actor, "wash")) == ([], ["Incoming inspection"])

    with unit_of_work() as uow:
        forget_text(uow, [1])

    assert found(actor, "wash") == []


def test_snippets_are_given_for_texts_that_hold_it(actor: Actor) -> None:
    assert actor.id
    snippets = snippets_of(db.session(), [1, 3], "LOT-2024/0017")

    assert {key: [part.text for part in parts if part.is_hit] for key, parts in snippets.items()} == {
        1: ["LOT-2024/0017"]
    }
