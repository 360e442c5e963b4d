"""What Norrland Pumps says of its processes, its context, its scope, and the roles it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.accounts.roles import Role
from app.demo.company import Company
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KindKey
from app.process_map.maintain import add_part
from app.process_map.models import Direction, Origin, Reach
from app.process_map.parts import PARTS, PartKey
from app.process_map.processes import keep_profile, profile_of
from app.process_map.roles import take_usual
from app.process_map.scope import Exclusion, ScopeText, keep_scope

# Code, purpose, resources, criteria, and in how many days from the beginning it is looked at again.
_PROFILES = (
    (
        "MAC",
        "Turns castings into parts that fit.",
        "Four machining centres, gauges, tool store.",
        "First part measured before the lot.",
        420,
    ),
    (
        "SEA",
        "Laps seal faces flat enough to hold 80 bar.",
        "Lapping machines L-07 and L-11, optical flat.",
        "Flatness below 0.6 µm.",
        400,
    ),
    (
        "ASM",
        "Builds pumps from parts, seals and motors.",
        "Two lines, torque tools, clean bench.",
        "Every torque is recorded.",
        380,
    ),
    (
        "TST",
        "Proves each pump before it leaves.",
        "Test field of 250 kW, calibrated meters.",
        "No pump leaves without its curve.",
        200,
    ),
    (
        "SHP",
        "Gets pumps to customers whole and in time.",
        "Packing hall, two carriers.",
        "Photo of each closed crate.",
        390,
    ),
    (
        "SRV",
        "Keeps pumps running at customers.",
        "Six vans, spare parts in Leeds.",
        "Answer within one working day.",
        410,
    ),
    (
        "PUR",
        "Finds and keeps suppliers who deliver what we need.",
        "Supplier files, ERP.",
        "Only approved suppliers.",
        430,
    ),
    (
        "CAL",
        "Gives everybody gauges they can trust.",
        "Measuring room in Gdańsk, cabinets at the work places.",
        "No gauge in use after its date.",
        440,
    ),
    (
        "QMS",
        "Plans, measures and improves how we work.",
        "Keel, one day a month of everybody who leads.",
        "Decisions have an owner and a day.",
        405,
    ),
)
_MEASURES = (
    ("CAL", "Gauges calibrated before their date", Direction.AT_LEAST, "98", "%", "Measuring room"),
    ("MAC", "Parts right the first time", Direction.AT_LEAST, "98.5", "%", "Measuring room"),
    ("SEA", "Faces within flatness", Direction.AT_LEAST, "99", "%", "Lapping log"),
    ("ASM", "Pumps without rework", Direction.AT_LEAST, "97", "%", "Line 1 and 2"),
    ("TST", "Pumps that pass the first test", Direction.AT_LEAST, "96", "%", "Test field"),
    ("SHP", "Delivered on the day promised", Direction.AT_LEAST, "95", "%", "ERP"),
    ("SRV", "Time until somebody is there", Direction.AT_MOST, "2", "days", "Service desk"),
    ("PUR", "Deliveries without fault", Direction.AT_LEAST, "97", "%", "Goods in"),
)
# What passes, from, to. A code names a process, anything else is somebody outside.
_FLOWS = (
    ("Castings, motors and certificates", "Suppliers", "PUR"),
    ("Checked castings", "PUR", "MAC"),
    ("Motors and bearings", "PUR", "ASM"),
    ("Machined faces", "MAC", "SEA"),
    ("Gauges in date", "CAL", "TST"),
    ("Lapped seals", "SEA", "ASM"),
    ("Assembled pumps", "ASM", "TST"),
    ("Tested pumps with curves", "TST", "SHP"),
    ("Pumps in crates", "SHP", "SRV"),
    ("Running pumps", "SRV", "Customers"),
    ("Orders and drawings", "Customers", "MAC"),
    ("Goals, rules and audits", "QMS", "ASM"),
    ("Failures seen in the field", "SRV", "QMS"),
)
_ISSUES = (
    (
        "Castings come from one foundry",
        Origin.EXTERNAL,
        "A halt there halts assembly within a week.",
        True,
        "The foundry stands in a plain that was flooded twice in five years.",
    ),
    (
        "Customers ask for the energy a pump needs",
        Origin.EXTERNAL,
        "Orders are lost without a measured curve.",
        True,
        "Demand follows the law on the efficiency of pumps.",
    ),
    (
        "Steel and motors become dearer",
        Origin.EXTERNAL,
        "Margins of fixed-price orders shrink.",
        False,
        "Prices follow demand; climate plays no part we can see.",
    ),
    (
        "Few people know lapping",
        Origin.INTERNAL,
        "Two leave within three years; seals depend on them.",
        False,
        "A matter of people, not of climate.",
    ),
    (
        "Three sites, three ways of working",
        Origin.INTERNAL,
        "What one site learned is repeated at another.",
        False,
        "A matter of how we work.",
    ),
    (
        "The test field is at its limit",
        Origin.INTERNAL,
        "Pumps above 250 kW are tested elsewhere.",
        False,
        "Power and cooling suffice also in hot summers.",
    ),
)
_PARTIES = (
    (
        "Customers in water and energy",
        "Pumps that run, proof that they do.",
        "Curve and certificate with each pump.",
        True,
        "",
        True,
        "Figures of energy for each pump.",
    ),
    (
        "Our people",
        "Safe work, and that mistakes can be said.",
        "Reports without blame.",
        True,
        "",
        False,
        "",
    ),
    ("Owners", "A company that lasts.", "Results each quarter.", True, "", False, ""),
    (
        "Authorities",
        "Rules for pressure equipment and waste are kept.",
        "Declarations of conformity.",
        True,
        "",
        True,
        "Reporting of emissions above a size we have not reached.",
    ),
    ("Suppliers", "Orders they can plan with.", "Forecast of three months.", True, "", False, ""),
    (
        "Neighbours of the test field",
        "Quiet nights.",
        "",
        False,
        "The field runs by day and the walls were measured.",
        False,
        "",
    ),
)


def describe(uow: UnitOfWork, company: Company) -> None:
    """Write processes, context, scope and required roles; one role stays vacant: no document controller.

    Effects: as each of the services it calls; everything stands in the trail.
    """
    today = uow.now.date()
    _processes(uow, company, today)
    for title, origin, effect, is_climate, why in _ISSUES:
        climate = {"is_climate_relevant": is_climate, "climate_rationale": why}
        add_part(uow, PARTS[PartKey.ISSUE], {"title": title, "origin": origin, "effect": effect, **climate})
    for row in _PARTIES:
        add_part(uow, PARTS[PartKey.PARTY], _party(*row))
    take_usual(uow)
    lead = {"role": Role.LEAD_AUDITOR.value, "reach": Reach.ORGANISATION.value}
    document = {"role": Role.DOCUMENT_CONTROLLER.value, "reach": Reach.ORGANISATION.value}
    for wanted in (lead, document):
        add_part(uow, PARTS[PartKey.ROLE], wanted)
    keep_scope(uow, _scope(company, today))


def _processes(uow: UnitOfWork, company: Company, today: date) -> None:
    for code, purpose, resources, criteria, days in _PROFILES:
        process_id = company.codes[KindKey.PROCESS, code]
        known, versions = profile_of(uow.session, process_id)
        wanted = replace(
            known,
            purpose=purpose,
            resources=resources,
            criteria=criteria,
            next_review_on=today + timedelta(days=days),
        )
        keep_profile(uow, process_id, wanted, versions)
    for code, name, direction, target, unit, where in _MEASURES:
        values = {
            "name": name,
            "direction": direction,
            "target": target,
            "unit": unit,
            "where_measured": where,
        }
        process_id = company.codes[KindKey.PROCESS, code]
        add_part(uow, PARTS[PartKey.MEASURE], values, process_id=process_id)
    for what, giver, taker in _FLOWS:
        ends = {**_end("from", giver, company), **_end("to", taker, company)}
        add_part(uow, PARTS[PartKey.FLOW], {"what": what, **ends})


def _end(end: str, who: str, company: Company) -> dict[str, Any]:
    process_id = company.codes.get((KindKey.PROCESS, who))
    return {f"{end}_process_id": process_id} if process_id else {f"{end}_party": who}


def _party(*row: Any) -> dict[str, Any]:
    names = (
        "name",
        "needs",
        "requirement",
        "is_relevant",
        "relevance_rationale",
        "has_climate_requirement",
        "climate_rationale",
    )
    return dict(zip(names, row, strict=True))


def _scope(company: Company, today: date) -> ScopeText:
    return ScopeText(
        starts_on=today,
        statement="Making, testing, selling and servicing of pumps for water and energy.",
        products="HP 80 high-pressure pumps, CS 40 circulation pumps, SV 10 service kits.",
        site_ids=tuple(id_ for (kind, _code), id_ in company.codes.items() if kind is KindKey.SITE),
        exclusions=(
            Exclusion("8.3", "Pumps are made to drawings of the group; nothing is designed at our sites."),
        ),
    )
