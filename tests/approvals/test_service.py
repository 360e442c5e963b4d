from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.approvals.service import Approver, NoApprover, Purpose, approver_of, name_approver
from app.foundation.errors import Invalid
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site

pytestmark = pytest.mark.usefixtures("app")


@dataclass
class Place:
    site: int
    ada: int
    ben: int
    outsider: int


@pytest.fixture
def place() -> Place:
    with unit_of_work() as uow:
        site = a_site(uow)
        ada, ben = (
            a_person(uow, name, roles=[("quality_manager", site)]).id for name in ("ada.first", "ben.second")
        )
        return Place(site, ada, ben, a_person(uow, "outsider").id)


def found(place: Place, *excluded: int) -> Approver:
    with unit_of_work() as uow:
        return approver_of(uow, Purpose.CAPA_PLAN, place.site, excluded=excluded)


def name(site: int | None, person: int | None) -> None:
    with unit_of_work() as uow:
        name_approver(uow, Purpose.CAPA_PLAN, site, person)


def test_without_a_name_the_role_decides(place: Place) -> None:
    assert found(place) == Approver(place.ada, "role")


def test_a_named_person_comes_first_and_the_sites_own_before_everywhere(place: Place) -> None:
    name(None, place.outsider)
    assert found(place) == Approver(place.outsider, "named")

    name(place.site, place.ben)
    assert found(place) == Approver(place.ben, "named")


def test_taking_the_name_back_returns_to_the_role(place: Place) -> None:
    name(place.site, place.ben)
    name(place.site, None)

    assert found(place).why == "role"


def test_the_author_never_approves(place: Place) -> None:
    name(place.site, place.ada)

    assert found(place, place.ada) == Approver(place.ben, "role")


def test_nobody_left_is_a_fault_that_says_what_to_do(place: Place) -> None:
    with pytest.raises(NoApprover, match="Name an approver"):
        found(place, place.ada, place.ben)


def test_somebody_who_does_not_exist_cannot_be_named(place: Place) -> None:
    with pytest.raises(Invalid, match="cannot work"):
        name(place.site, 4711)
