"""What the house says of itself: one of each part of the map, a scope, reviews under way."""

from __future__ import annotations

from datetime import timedelta

from app.accounts.roles import Role
from app.foundation.unit_of_work import UnitOfWork
from app.process_map.maintain import add_part
from app.process_map.parts import PARTS, PartKey
from app.process_map.scope import Exclusion, ScopeText, keep_scope
from app.workflow.starting import start_with_form
from tests.factories.accounts import actor_for
from tests.scenarios.company import Company

MEASURE = {"name": "Faces within flatness", "direction": "at_least", "target": "99", "unit": "%"}
ISSUE = {
    "title": "Castings come from one foundry",
    "origin": "external",
    "effect": "A halt there halts us.",
    "is_climate_relevant": False,
    "climate_rationale": "The foundry stands on high ground.",
}
PARTY = {
    "name": "Neighbours of the test field",
    "needs": "Quiet nights.",
    "is_relevant": True,
    "has_climate_requirement": False,
}


def describe(uow: UnitOfWork, company: Company) -> dict[str, int]:
    """Write it all and return the ids of the parts by key."""
    flow = {"what": "Lapped seals", "from_process_id": company.process, "to_party": "Assembly abroad"}
    values = {
        PartKey.MEASURE: MEASURE,
        PartKey.FLOW: flow,
        PartKey.ISSUE: ISSUE,
        PartKey.PARTY: PARTY,
        PartKey.ROLE: {"role": Role.TRAINER.value, "reach": "every_site"},
    }
    parts = {
        key.value: add_part(uow, PARTS[key], given, process_id=company.process)
        for key, given in values.items()
    }
    exclusion = Exclusion("8.3", "Nothing is designed here.")
    keep_scope(uow, ScopeText(uow.now.date(), "Making of pumps.", "Pumps.", (company.site,), (exclusion,)))
    inspector = actor_for(company.people["inspector"])
    start_with_form(uow, "context_review", inspector, {"reason": "A new law."}, form_token="house-map")
    today = uow.now.date()
    meeting = {
        "period_from": (today - timedelta(days=181)).isoformat(),
        "period_to": today.isoformat(),
        "meeting_on": (today + timedelta(days=10)).isoformat(),
        "participants": "All who lead",
    }
    start_with_form(uow, "management_review", inspector, meeting, form_token="house-review")
    return parts
