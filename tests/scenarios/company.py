"""A small company for scenarios: a site with a person for every role, a second site, master data."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.foundation.unit_of_work import UnitOfWork
from tests.factories.accounts import a_person
from tests.factories.organisation import (
    a_cause_category,
    a_failure_mode,
    a_process,
    a_product_family,
    a_site,
)

ROLES = (
    "reporter",
    "quality_coordinator",
    "quality_manager",
    "process_owner",
    "capa_owner",
    "action_owner",
    "verifier",
    "risk_owner",
    "top_management",
    "site_manager",
)


@dataclass
class Company:
    """Ids of what scenarios name. Shape: `people` by role, and `authority` and `second_owner` besides."""

    site: int
    other_site: int
    process: int
    family: int
    failure_mode: int
    method_cause: int
    people_cause: int
    people: dict[str, int] = field(default_factory=dict)

    def link(self, kind: str, record_id: int) -> str:
        """A record or master data as a form names it."""
        return f"{kind}:{record_id}"


def a_company(uow: UnitOfWork) -> Company:
    """Everything a nonconformity needs to run from report to close."""
    site = a_site(uow, "GDA")
    company = Company(
        site=site,
        other_site=a_site(uow, "LEE"),
        process=a_process(uow, "LAP"),
        family=a_product_family(uow, "HP80"),
        failure_mode=a_failure_mode(uow, "FLAT"),
        method_cause=a_cause_category(uow, "NOLIMIT", branch="method"),
        people_cause=a_cause_category(uow, "SLIP", branch="people"),
    )
    for role in ROLES:
        company.people[role] = a_person(uow, role, roles=[(role, site)], site_id=site).id
    company.people["authority"] = a_person(uow, "authority", roles=[("site_manager", site)], site_id=site).id
    company.people["second_owner"] = a_person(
        uow, "second.owner", roles=[("capa_owner", site)], site_id=site
    ).id
    return company
