"""Who leaves is not asked for approval any longer: others sit in their places, and chains name others."""

from __future__ import annotations

import pytest
from flask import current_app

from app.accounts.models import Person
from app.admin.handover.holdings import HeldKind, Leaving, held_by, people_to_hand_over
from app.admin.handover.service import HandoverInvalid, hand_over
from app.approvals.handover import chains_naming, seats_of
from app.approvals.models import Publication
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person, actor_for
from tests.factories.chains import a_chain, a_group, a_stage, put_in_force
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, open_capa, plan

__all__ = ["app", "company", "scenario", "template"]


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A plan waits for the authority, whom its chain names; then their account is closed."""
    people = scenario.company.people
    with unit_of_work() as uow:
        named = a_chain(a_stage("One", a_group(f"person:{people['authority']}")))
        put_in_force(uow, "capa_plan", named)
        for who in ("admin", "second"):
            people[who] = a_person(uow, who, roles=[("process_approver", None)]).id
    plan(analyse(open_capa(scenario)))
    with unit_of_work() as uow:
        uow.session.get_one(Person, people["authority"]).is_active = False
    return scenario


def succeed(story: Scenario, taker: str | None = "verifier") -> int:
    people = story.company.people
    with unit_of_work(people["admin"]) as uow:
        takers = {HeldKind.CHAINS: people[taker] if taker else None}
        return hand_over(uow, people["authority"], takers, "Moves to Umeå")[HeldKind.CHAINS]


def listed(story: Scenario) -> list[str]:
    """What the page of the hand-over names, as an admin reads it."""
    db.session.rollback()
    reader = actor_for(story.company.people["admin"])
    leaving = Leaving(db.session(), story.company.people["authority"], clock.now().date(), reader)
    with current_app.test_request_context():
        return [one.title for one in held_by(leaving).get(HeldKind.CHAINS, ())]


def test_the_admin_sees_running_approvals_and_chains_that_name_the_leaver(story: Scenario) -> None:
    assert listed(story) == [
        f"Running approval of {story.record.number}",
        "Approval chain “Plan of a CAPA”",
    ]
    assert story.company.people["authority"] in people_to_hand_over(db.session(), clock.now().date())


def test_somebody_else_is_asked_and_a_second_person_decides_on_the_chain(story: Scenario) -> None:
    people = story.company.people

    assert succeed(story) == 2

    assert story.task("approve_plan").assignee_id == people["verifier"]
    assert seats_of(db.session(), people["authority"]) == []
    (naming,) = chains_naming(db.session(), people["authority"])
    assert naming.is_decided_on
    publication = story.records(Publication)[-1].id
    story.sibling().turn_to(publication).as_("second").approve("approve_publication")
    assert listed(story) == []
    assert [one.title for one in chains_naming(db.session(), people["verifier"])] == ["Plan of a CAPA"]


def test_an_approval_needs_somebody_by_name(story: Scenario) -> None:
    with pytest.raises(HandoverInvalid, match="Nothing was handed over"):
        succeed(story, None)


def test_handing_over_twice_asks_nobody_twice(story: Scenario) -> None:
    succeed(story)

    assert succeed(story) == 0
    assert len(story.records(Publication)) == 1
