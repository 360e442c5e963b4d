"""Processes, parts, roles and scope through their services and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.accounts.absences import plan_absence
from app.accounts.actor import Actor
from app.accounts.grants import GrantOrder, give
from app.accounts.handover import Handover
from app.accounts.people import disable
from app.accounts.roles import Role
from app.documents.ports import DOCUMENT
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid
from app.foundation.unit_of_work import unit_of_work
from app.organisation.imports import apply_import
from app.organisation.kinds import KINDS, KindKey, ProcessKind
from app.process_map.history import history_of, owner_terms
from app.process_map.maintain import add_part, change_part, end_part
from app.process_map.map_page import map_page
from app.process_map.parts import PARTS, PartKey
from app.process_map.process_page import process_page
from app.process_map.processes import keep_profile, process_lines, profile_of
from app.process_map.roles import seats, take_usual, vacancies
from app.process_map.rules import Gap, Vacancy
from app.process_map.scope import Exclusion, ScopeInvalid, ScopeText, keep_scope, scope_on
from app.records.register_query import query_from, register_rows
from app.risks.registers import RISKS
from app.risks.service import RISK_PORTS
from app.web.parts import Count
from tests.factories.accounts import a_person, actor_for
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_process, a_site

MEASURE = {"name": "Faces within flatness", "direction": "at_least", "target": "99", "unit": "%"}
FLOW, ISSUE = PARTS[PartKey.FLOW], PARTS[PartKey.ISSUE]
pytestmark = pytest.mark.usefixtures("app")


def today() -> date:
    return clock.now().date()


def test_a_described_process_with_owner_and_measure_lacks_only_its_risk() -> None:
    with unit_of_work() as uow:
        owner = a_person(uow, "owner")
        process = a_process(uow, "LAP", owner_id=owner.id)
        known, versions = profile_of(uow.session, process)
        wanted = replace(known, purpose="Flat faces.", importance=5, next_review_on=today())
        keep_profile(uow, process, wanted, versions)
        add_part(uow, PARTS[PartKey.MEASURE], MEASURE, process_id=process)

    line = process_lines(db.session, today())[0]

    assert (line.gaps, line.importance, line.kind) == ((Gap.RISK,), 5, ProcessKind.CORE)


def test_a_stale_profile_is_refused_and_nothing_is_overwritten() -> None:
    with unit_of_work() as uow:
        process = a_process(uow, "LAP")
        known, stale = profile_of(uow.session, process)
        keep_profile(uow, process, replace(known, purpose="First."), stale)

    with pytest.raises(Conflict), unit_of_work() as uow:
        keep_profile(uow, process, replace(known, purpose="Second."), stale)

    assert profile_of(db.session, process)[0].purpose == "First."


def test_the_trail_tells_who_owned_a_process_when() -> None:
    with unit_of_work() as uow:
        first, second = a_person(uow, "first"), a_person(uow, "second")
        process = a_process(uow, "LAP", owner_id=first.id)
    with unit_of_work() as uow:
        known, versions = profile_of(uow.session, process)
        keep_profile(uow, process, replace(known, owner_id=second.id), versions)

    terms = owner_terms(db.session, process)

    assert [(term.name, term.ends_on) for term in terms] == [("Second", None), ("First", today())]
    assert any("First → Second" in deed.detail for deed in history_of(db.session, "process", process))


def test_the_chain_stands_in_the_order_of_what_passes(app: Flask) -> None:
    with unit_of_work() as uow:
        late, early = a_process(uow, "A"), a_process(uow, "B")
        add_part(uow, FLOW, {"what": "Faces", "from_process_id": early, "to_process_id": late})

    with app.test_request_context():
        page = map_page(db.session, today())

    assert [(box.code, box.passes) for box in page.core] == [("B", "Faces"), ("A", "")]


@pytest.mark.parametrize(
    "ends",
    [
        {"from_party": "Suppliers", "to_party": "Customers"},
        {"from_process_id": 1, "from_party": "Suppliers", "to_party": "Customers"},
        {"from_process_id": 1, "to_process_id": 1},
    ],
)
def test_a_flow_without_two_clear_ends_is_refused(ends: dict[str, Any]) -> None:
    with unit_of_work() as uow:
        a_process(uow, "LAP")

    with pytest.raises(Invalid), unit_of_work() as uow:
        add_part(uow, FLOW, {"what": "Faces", **ends})


def test_an_issue_needs_its_climate_answer_a_reason_to_end_and_the_version_shown() -> None:
    said = {"title": "One foundry", "origin": "external", "effect": "A halt.", "climate_rationale": "Dry."}
    with pytest.raises(Invalid), unit_of_work() as uow:
        add_part(uow, ISSUE, said)
    with unit_of_work() as uow:
        issue = add_part(uow, ISSUE, said | {"is_climate_relevant": False})
        change_part(uow, ISSUE, issue, said | {"is_climate_relevant": True}, row_version=1)

    with pytest.raises(Conflict), unit_of_work() as uow:
        change_part(uow, ISSUE, issue, said | {"is_climate_relevant": False}, row_version=1)
    with pytest.raises(Invalid), unit_of_work() as uow:
        end_part(uow, ISSUE, issue)


def test_a_scope_without_a_justification_is_refused_and_versions_hold_from_their_day() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        text = ScopeText(today(), "Pumps.", "Pumps.", (site,), (Exclusion("8.3", "No design here."),))
        keep_scope(uow, text)
        keep_scope(uow, replace(text, starts_on=today() + timedelta(days=30), statement="Pumps and valves."))
    with pytest.raises(ScopeInvalid), unit_of_work() as uow:
        keep_scope(uow, replace(text, exclusions=(Exclusion("8.3", ""),)))

    held = [scope_on(db.session, today() + timedelta(days=days)) for days in (-1, 29, 30)]

    assert [row.statement if row else None for row in held] == [None, "Pumps.", "Pumps and valves."]


def test_roles_are_vacant_where_nobody_holds_them_or_nobody_stands_in() -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
        away = a_person(uow, "away", roles=[("site_manager", site)])
        stand_in = a_person(uow, "stand.in")
        give(uow, stand_in.id, GrantOrder(Role.ADMIN, None))
        guest = a_person(uow, "guest")
        soon = GrantOrder(Role.QUALITY_MANAGER, None, ends_on=today() + timedelta(days=9))
        give(uow, guest.id, soon)
        plan_absence(uow, away.id, stand_in.id, starts_on=today(), ends_on=today())
        take_usual(uow)
    held = {line.seat.role: line.vacancy for line in seats(db.session, today())}
    with unit_of_work() as uow:
        give(uow, guest.id, GrantOrder(Role.ADMIN, None))
        disable(uow, stand_in.id, Handover(), reason="Left.")

    vacant = {line.seat.role: line.vacancy for line in vacancies(db.session, today())}

    assert (held[Role.SITE_MANAGER], held[Role.ADMIN]) == (None, None)
    assert vacant[Role.SITE_MANAGER] is Vacancy.ABSENT
    assert vacant[Role.QUALITY_MANAGER] is Vacancy.ENDS_SOON
    assert vacant[Role.TOP_MANAGEMENT] is Vacancy.NOBODY


def test_processes_come_in_by_csv_with_kind_and_importance() -> None:
    content = b"code,name,process_kind,importance\nLAP,Lapping,core,5\nPUR,Purchasing,support,\n"

    with unit_of_work() as uow:
        apply_import(uow, KINDS[KindKey.PROCESS], content, {})

    found = [(line.code, line.kind, line.importance) for line in process_lines(db.session, today())]
    assert found == [("LAP", ProcessKind.CORE, 5), ("PUR", ProcessKind.SUPPORT, None)]


@pytest.mark.parametrize("cell", ["core,9", "core,high", "craft,3"])
def test_a_csv_with_a_kind_or_an_importance_nobody_knows_is_refused(cell: str) -> None:
    content = f"code,name,process_kind,importance\nLAP,Lapping,{cell}\n".encode()

    with pytest.raises(Invalid), unit_of_work() as uow:
        apply_import(uow, KINDS[KindKey.PROCESS], content, {})


def test_an_owner_describes_the_own_process_and_no_other(app: Flask) -> None:
    with unit_of_work() as uow:
        lars = a_person(uow, "lars", roles=[("process_owner", None)])
        own, other = a_process(uow, "LAP", owner_id=lars.id), a_process(uow, "PUR")
    browser = enter(app.test_client(), lars)

    kept = browser.post(f"/processes/{own}/edit", purpose="Flat faces.", entry_version="1")
    refused = browser.post(f"/processes/{other}/edit", purpose="Mine.", entry_version="1")

    assert (kept.status_code, refused.status_code) == (303, 403)
    assert profile_of(db.session, own)[0].owner_id == lars.id
    assert profile_of(db.session, own)[0].purpose == "Flat faces."


def test_a_conflict_shows_the_form_again_with_what_was_typed(as_role: Callable[..., Browser]) -> None:
    with unit_of_work() as uow:
        process = a_process(uow, "LAP")
    browser = as_role("quality_manager")
    browser.post(f"/processes/{process}/edit", purpose="First.", entry_version="1", row_version="0")

    answer = browser.post(f"/processes/{process}/edit", purpose="Second.", entry_version="1", row_version="0")

    assert answer.status_code == 409
    assert "Somebody changed this process meanwhile" in answer.text
    assert "Second." in answer.text


def test_scope_and_issue_are_kept_through_their_forms_and_a_bare_exclusion_is_not(
    as_role: Callable[..., Browser],
) -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
    browser = as_role("quality_manager")
    said = {"title": "One foundry", "origin": "external", "effect": "A halt.", "climate_rationale": "Dry."}
    text = {"starts_on": "2026-03-17", "statement": "Pumps.", "products": "Pumps.", f"site{site}": "true"}

    issue = browser.post("/processes/parts/issue/new", **said, is_climate_relevant="no")
    bare = browser.post("/processes/scope/new", **text, exclusions="8.3")
    kept = browser.post("/processes/scope/new", **text, exclusions="8.3: Nothing is designed here.")

    assert (issue.status_code, bare.status_code, kept.status_code) == (303, 422, 303)
    assert "Without a justification: 8.3." in bare.text
    assert "Nothing is designed here." in browser.get("/processes/scope/print").text
    assert "One foundry" in browser.get("/processes/context").text


def test_home_tells_quality_managers_how_many_roles_are_vacant(as_role: Callable[..., Browser]) -> None:
    with unit_of_work() as uow:
        a_process(uow, "LAP")

    assert "1 role is vacant." in as_role("quality_manager").get("/").text
    assert "vacant" not in as_role("reporter").get("/").text


def test_each_figure_of_a_turtle_leads_to_exactly_its_rows(app: Flask) -> None:
    with unit_of_work() as uow:
        process, other, site = a_process(uow, "LAP"), a_process(uow, "PUR"), a_site(uow)
        manager = a_person(uow, "manager", roles=[("quality_manager", None)])
        stranger = a_person(uow, "stranger", roles=[("quality_manager", a_site(uow))])
        for at in (process, process, other):
            RISK_PORTS.open_record(uow, {"title": "Seals leak", "site_id": site, "process_id": at})
    actor, hidden = actor_for(manager), actor_for(stranger)

    door = _figure(app, process, actor)

    wish = query_from(RISKS, parse_qs(urlsplit(door.url).query))
    rows = register_rows(db.session, actor, RISKS, wish, now=clock.now())
    assert (door.figure, [row.record.process_id for row in rows]) == (2, [process, process])
    assert _figure(app, process, hidden).figure == 0


def _figure(app: Flask, process_id: int, actor: Actor) -> Count:
    with app.test_request_context():
        page = process_page(db.session, actor, process_id, today())
    return next(one for one in page.counts if one.url.startswith("/risks"))


def test_a_turtle_says_how_by_the_documents_of_its_process_that_somebody_may_see(app: Flask) -> None:
    with unit_of_work() as uow:
        process, other, site = a_process(uow, "LAP"), a_process(uow, "PUR"), a_site(uow)
        manager = a_person(uow, "manager", roles=[("quality_manager", None)])
        stranger = a_person(uow, "stranger", roles=[("quality_manager", a_site(uow))])
        for title, at in (("Lapping of seal faces", process), ("Choosing suppliers", other)):
            DOCUMENT.open_record(uow, {"title": title, "area": "LAP", "site_id": site, "process_id": at})

    assert _how(app, process, actor_for(manager)) == ["Lapping of seal faces"]
    assert _how(app, process, actor_for(stranger)) == []


def _how(app: Flask, process_id: int, actor: Actor) -> list[str]:
    with app.test_request_context():
        page = process_page(db.session, actor, process_id, today())
    assert page.documents is not None
    return [one.title for one in page.documents.items]
