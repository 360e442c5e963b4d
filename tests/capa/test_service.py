from __future__ import annotations

import pytest

from app.capa.service import HandoverInvalid, hand_over, holdings_of
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import entries_for
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import analyse, confirmed, dispose, open_capa


def test_a_leaver_hands_over_what_they_answer_for(scenario: Scenario) -> None:
    people = scenario.company.people
    analyse(open_capa(scenario))
    dispose(confirmed(scenario.sibling(), is_product_affected=True), authority_id=str(people["capa_owner"]))
    held = [holding.count for holding in holdings_of(db.session(), people["capa_owner"])]

    with unit_of_work() as uow:
        count = hand_over(uow, people["capa_owner"], people["second_owner"], "Leaves in June.")

    assert (held, count) == ([1, 1], 2)
    assert scenario.record.capa_owner_id == scenario.record.owner_id == people["second_owner"]
    assert [one.count for one in holdings_of(db.session(), people["capa_owner"])] == [0, 0]


def test_a_hand_over_stands_in_the_trail_with_its_reason(scenario: Scenario) -> None:
    people = scenario.company.people
    analyse(open_capa(scenario))

    with unit_of_work() as uow:
        hand_over(uow, people["capa_owner"], people["second_owner"], "Leaves in June.")

    deeds = entries_for(db.session(), "capa", scenario.record_id)
    assert ("record.handed_over", "Leaves in June.") in [(deed.verb, deed.reason) for deed in deeds]


@pytest.mark.parametrize(
    ("to", "reason", "places"), [("second_owner", " ", ["reason"]), ("", "Left.", ["person"])]
)
def test_a_hand_over_needs_a_reason_and_somebody_at_work(
    scenario: Scenario, to: str, reason: str, places: list[str]
) -> None:
    people = scenario.company.people

    with pytest.raises(HandoverInvalid) as refused, unit_of_work() as uow:
        hand_over(uow, people["capa_owner"], people.get(to, 999), reason)

    assert [problem.where for problem in refused.value.problems] == places
