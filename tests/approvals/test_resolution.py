from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from app.accounts.absences import plan_absence
from app.approvals.cases import Case
from app.approvals.chain import Chain, Group, Joint, Quorum, Rule, Stage
from app.approvals.people import Away, away_on
from app.approvals.resolution import (
    ChainBroken,
    FilledStage,
    LeftOut,
    PoolTooSmall,
    Resolution,
    require_enough,
    resolve,
)
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import set_manager
from app.trail import Subject
from tests.factories.accounts import a_person
from tests.factories.chains import a_case, a_chain, a_group, a_stage
from tests.factories.organisation import a_process, a_site

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 17)


@dataclass
class Place:
    site: int
    process: int
    ada: int  # quality manager
    ben: int  # quality manager
    cora: int  # process owner of the process, Ada's manager
    dan: int  # nothing


@pytest.fixture
def place() -> Place:
    with unit_of_work() as uow:
        site = a_site(uow)
        ada, ben = (
            a_person(uow, name, roles=[("quality_manager", site)]).id for name in ("ada.first", "ben.second")
        )
        cora, dan = a_person(uow, "cora").id, a_person(uow, "dan").id
        set_manager(uow, Subject("person", ada, "ada"), cora, DAY)
        return Place(site, a_process(uow, owner_id=cora), ada, ben, cora, dan)


def found(chain: Chain, case: Case) -> Resolution:
    return resolve(db.session(), chain, case)


def stage_of(group: Group, case: Case, **terms: object) -> FilledStage:
    return found(a_chain(a_stage("One", group, **terms)), case).stages[0]


def test_the_first_rule_that_holds_names_the_stages() -> None:
    grave, usual = Stage("Grave", (a_group("person:1"),)), Stage("Usual", (a_group("person:1"),))
    chain = Chain((Rule("Grave", "record.severity >= 4", (grave,)), Rule("Others", stages=(usual,))))

    assert found(chain, a_case({"severity": 4})).rule.name == "Grave"
    assert found(chain, a_case({"severity": 3})).rule.name == "Others"
    assert found(chain, a_case()).rule.name == "Others"


def test_a_stage_with_a_condition_is_skipped_where_it_does_not_hold(place: Place) -> None:
    always = a_stage("Always", a_group(f"person:{place.ada}"))
    costly = a_stage("Costly", a_group(f"person:{place.ben}"), only_if="record.cost > 100")

    cheap = found(a_chain(always, costly), a_case({"cost": 99}))

    assert ([one.stage.name for one in cheap.stages], cheap.skipped) == (["Always"], (1,))
    assert [one.place for one in found(a_chain(always, costly), a_case({"cost": 101})).stages] == [0, 1]


def test_no_rule_or_a_condition_that_is_no_truth_breaks_the_chain() -> None:
    with pytest.raises(ChainBroken, match="No rule"):
        found(Chain(), a_case())
    with pytest.raises(ChainBroken, match="neither true nor false"):
        found(Chain((Rule("Odd", "record.severity"),)), a_case({"severity": 4}))


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("role:quality_manager", ["ada", "ben"]),
        ("role:process_owner", ["cora"]),
        ("named:owner_id", ["dan"]),
        ("manager:capa_owner_id", ["cora"]),
        ("role_named:wanted_role", ["ada", "ben"]),
        ("named:nobody_id", []),
    ],
)
def test_members_are_people_of_the_site_and_of_the_record(place: Place, key: str, names: list[str]) -> None:
    record = {"owner_id": place.dan, "capa_owner_id": place.ada, "wanted_role": "quality_manager"}

    stage = stage_of(a_group(key), a_case(record, site=place.site, process=place.process))

    assert list(stage.people) == [getattr(place, name) for name in names]


def test_the_author_is_left_out_and_said_so(place: Place) -> None:
    stage = stage_of(a_group("role:quality_manager"), a_case(site=place.site, authors=(place.ada,)))

    assert stage.people == (place.ben,)
    assert stage.groups[0].left_out == (LeftOut(place.ada, "author"),)


def test_an_empty_pool_is_a_fault_with_what_to_do(place: Place) -> None:
    case = a_case(site=place.site, authors=(place.ada, place.ben))

    with pytest.raises(PoolTooSmall, match=r"“One” needs 1 and has 0.*Give somebody the role"):
        require_enough(found(a_chain(a_stage("One", a_group("role:quality_manager"))), case).gaps)


def test_somebody_in_two_groups_is_asked_once(place: Place) -> None:
    pair = a_group("role:quality_manager", quorum=Quorum.COUNT, number=1)
    single = a_group(f"person:{place.ada}")

    resolution = found(a_chain(a_stage("Both", pair, single)), a_case(site=place.site))

    first, second = resolution.stages[0].groups
    assert [one.person_id for one in first.people] == [place.ben]
    assert [one.person_id for one in second.people] == [place.ada]
    assert first.left_out == (LeftOut(place.ada, "elsewhere"),)


def test_another_way_keeps_a_stage_possible(place: Place) -> None:
    chief = a_group(f"person:{place.dan}", joint=Joint.OR)

    stage = found(a_chain(a_stage("Either", a_group("role:auditor"), chief)), a_case(site=place.site)).stages[
        0
    ]

    assert (stage.is_possible, stage.people) == (True, (place.dan,))


def test_two_stages_of_one_person_are_too_few_where_others_must_decide(place: Place) -> None:
    one = a_stage("First", a_group(f"person:{place.ada}"))
    other = a_stage("Second", a_group(f"person:{place.ada}"), is_independent=True)

    assert "other people than the stage before" in found(a_chain(one, other), a_case()).gaps[0]


def test_absences_are_followed_from_substitute_to_substitute(place: Place) -> None:
    with unit_of_work() as uow:
        for person, substitute in ((place.ada, place.ben), (place.ben, place.dan)):
            plan_absence(uow, person, substitute, starts_on=DAY, ends_on=DAY)

    away = away_on(db.session(), [place.ada], DAY)

    assert away == {place.ada: Away(DAY, place.ben), place.ben: Away(DAY, place.dan)}
