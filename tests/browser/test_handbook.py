"""The pictures of the handbook: each chapter's pages as a person of the demo company sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import and_, or_, select

from app.accounts.models import Person
from app.accounts.setup import first_admin_link
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.management_review.models import ManagementReview
from app.organisation.models import BusinessProcess
from app.records.models import Record
from app.training.reading_models import Acknowledgement, ReadingState
from app.workflow.models import ProcessInstance, Task, TaskState
from app.workflow.timers import fire_due
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.factories.accounts import Somebody

pytestmark = pytest.mark.slow

Place = str | Callable[[], str]


def record(title: str, kind: str = "nonconformity", part: str = "") -> Callable[[], str]:
    """The page of the latest record of that title."""

    def path() -> str:
        found = select(Record.id).where(Record.title.startswith(title), Record.kind == kind)
        record_id = db.session.scalars(found.order_by(Record.id.desc()).limit(1)).one()
        return f"/records/{record_id}" + (f"?part={part}" if part else "")

    return path


def of(kind: str, address: str, title: str = "") -> Callable[[], str]:
    """A page beside the record of a kind, the latest of that title if there are several."""

    def path() -> str:
        found = select(Record.id).where(Record.title.startswith(title), Record.kind == kind)
        return address.format(db.session.scalars(found.order_by(Record.id.desc()).limit(1)).one())

    return path


def task(element_id: str, title: str = "") -> Callable[[], str]:
    """The page of the open task, of the record of that title if there are several."""

    def path() -> str:
        step = or_(Task.call_id == element_id, and_(Task.call_id == "", Task.element_id == element_id))
        wanted = (step, Task.state == TaskState.OPEN.value)
        found = select(Task.id).where(*wanted, Task.record_title.startswith(title))
        return f"/tasks/{db.session.scalars(found.order_by(Task.id).limit(1)).one()}"

    return path


def instance(title: str) -> Callable[[], str]:
    """The page of what runs for the record of that title."""

    def path() -> str:
        found = select(ProcessInstance.id).join(Record, Record.id == ProcessInstance.record_id)
        return f"/instances/{db.session.scalars(found.where(Record.title.startswith(title))).one()}"

    return path


def process(code: str) -> Callable[[], str]:
    """The page of the process of that code."""

    def path() -> str:
        found = select(BusinessProcess.id).where(BusinessProcess.code == code)
        return f"/processes/{db.session.scalars(found).one()}"

    return path


def person(user_name: str) -> Callable[[], str]:
    return lambda: f"/admin/people/{id_of(user_name)}"


def reading(user_name: str) -> Callable[[], str]:
    """The page of what somebody has to read."""

    def path() -> str:
        is_open = Acknowledgement.state == ReadingState.OPEN.value
        mine = select(Acknowledgement.id).where(Acknowledgement.person_id == id_of(user_name), is_open)
        return f"/acknowledgements/{db.session.scalars(mine.order_by(Acknowledgement.id)).first()}"

    return path


def held_review() -> str:
    """The data pack of the review that was held last."""
    held = select(ManagementReview.id).where(ManagementReview.held_at.is_not(None))
    return f"/reviews/{db.session.scalars(held.order_by(ManagementReview.id.desc())).first()}/pack"


def id_of(user_name: str) -> int:
    return db.session.scalars(select(Person.id).where(Person.user_name == user_name)).one()


CHAPTERS: dict[str, tuple[tuple[str, str, Place, int], ...]] = {
    "staff": (
        ("home", "james.ward", "/", 1280),
        ("start", "nils.dahl", "/start", 1280),
        ("report", "nils.dahl", "/start/nonconformity", 1280),
        ("inbox", "james.ward", "/inbox", 1280),
        ("groups", "elin.sund", "/inbox?tab=groups", 1280),
        ("task", "nils.dahl", task("carry_out", "Lock the order"), 1280),
        ("draft", "james.ward", task("analyse_cause"), 1280),
        ("account", "nils.dahl", "/me", 1280),
        ("phone-inbox", "james.ward", "/inbox", 360),
        ("phone-task", "nils.dahl", task("carry_out", "Lock the order"), 360),
    ),
    "quality": (
        ("home", "ingrid.lund", "/", 1280),
        ("nonconformities", "ingrid.lund", "/nonconformities", 1280),
        ("triage", "marta.kowalska", task("triage"), 1280),
        ("route", "ingrid.lund", task("decide_route"), 1280),
        ("nonconformity", "ingrid.lund", record("Technician scalded"), 1280),
        ("capas", "ingrid.lund", "/capas", 1280),
        ("capa", "ingrid.lund", record("Coupling bolts below torque at final", "capa"), 1280),
        ("timeline", "ingrid.lund", record("Seal faces out", "capa", "timeline"), 1280),
        ("plan", "ingrid.lund", task("approve_plan"), 1280),
        ("actions", "ingrid.lund", "/actions", 1280),
        ("extension", "ingrid.lund", task("decide_extension"), 1280),
        ("risks", "ingrid.lund", "/risks", 1280),
        ("risk", "ingrid.lund", record("A coupling comes loose", "risk"), 1280),
        ("reassessment", "james.ward", task("reassess_risk", "Somebody is scalded"), 1280),
        ("why", "ingrid.lund", of("risk", "/risks/{}/why", "A coupling comes loose"), 1280),
        ("risk-map", "ingrid.lund", "/risks/map", 1280),
        ("patterns", "ingrid.lund", "/patterns", 1280),
        ("map", "ingrid.lund", "/processes", 1280),
        ("process", "ingrid.lund", process("SEA"), 1280),
        ("held", "elin.sund", instance("Shaft blanks without"), 1280),
    ),
    "tour": (
        ("capa", "ingrid.lund", record("Bore gauge B-11", "capa"), 1280),
        ("patterns", "ingrid.lund", "/patterns", 1280),
        ("pack", "oskar.nyberg", held_review, 1280),
        ("leadership", "oskar.nyberg", "/dashboard", 1280),
    ),
    "leaders": (
        ("quality", "ingrid.lund", "/dashboard/quality", 1280),
        ("indicators", "ingrid.lund", "/indicators", 1280),
        ("indicator", "ingrid.lund", "/indicators/capa_on_time", 1280),
        ("insight", "ingrid.lund", "/insight/capa", 1280),
        ("conclusions", "oskar.nyberg", held_review, 1280),
        ("comment", "ingrid.lund", task("comment_quality"), 1280),
        ("coverage", "ingrid.lund", "/evidence", 1280),
        ("trail", "ingrid.lund", "/trail", 1280),
    ),
    "training": (
        ("reading", "tomasz.wilk", reading("tomasz.wilk"), 1280),
        ("mine", "tomasz.wilk", "/training", 1280),
        ("matrix", "ingrid.lund", "/training/matrix", 1280),
        ("person", "ingrid.lund", lambda: f"/training/people/{id_of('piotr.maj')}", 1280),
        ("skills", "ingrid.lund", "/training/skills", 1280),
        ("audience", "ingrid.lund", "/training/readings/1", 1280),
    ),
    "auditor": (
        ("programme", "ingrid.lund", of("audit_programme", "/audit-programmes/{}/plan"), 1280),
        ("year", "sofia.lind", "/audits/year", 1280),
        ("audit", "sofia.lind", record("Purchasing, Umeå", "audit"), 1280),
        ("checklist", "sofia.lind", of("audit", "/audits/{}/checklist", "Purchasing, Umeå"), 1024),
        ("phone-checklist", "sofia.lind", of("audit", "/audits/{}/checklist", "Purchasing, Umeå"), 360),
        ("finding", "sofia.lind", record("Orders before the supplier", "finding"), 1280),
        ("answer", "lars.ek", task("respond", "Orders before the supplier"), 1280),
        ("report", "sofia.lind", of("audit", "/audits/{}/report", "Lapping and seals"), 1280),
        ("auditors", "ingrid.lund", "/auditors", 1280),
    ),
    "admin": (
        ("overview", "anna.berg", "/admin", 1280),
        ("people", "anna.berg", "/admin/people", 1280),
        ("invite", "anna.berg", "/admin/people/new", 1280),
        ("person", "anna.berg", person("nils.dahl"), 1280),
        ("handover", "anna.berg", lambda: f"{person('lars.ek')()}/handover", 1280),
        ("roles", "anna.berg", "/admin/roles", 1280),
        ("sites", "anna.berg", "/admin/master/site", 1280),
        ("calendar", "anna.berg", "/admin/sites/1/calendar", 1280),
        ("import", "anna.berg", "/admin/master/failure_mode/import", 1280),
        ("settings", "anna.berg", "/admin/settings", 1280),
        ("exposure", "anna.berg", "/admin/exposure", 1280),
        ("reminders", "anna.berg", "/admin/reminders", 1280),
        ("definitions", "anna.berg", "/admin/definitions", 1280),
        ("outbox", "anna.berg", "/admin/outbox", 1280),
        ("faults", "anna.berg", "/admin/faults", 1280),
    ),
}


def show(view: View, name: str, place: Place) -> list[str]:
    """Open a page and keep its picture; what is wrong with it."""
    path = place if isinstance(place, str) else place()
    answer = view.page.goto(view.address + path)
    assert answer is not None
    expect(view.page.locator("h1").first).to_be_visible()
    view.picture(f"handbook-{name}")
    return [f"{name}: {what}" for what in ([] if answer.ok else [str(answer.status)]) + view.sticks_out()]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_page_of_a_chapter_is_there_for_its_reader(look: OpenView, demo: Flask, chapter: str) -> None:
    wrong: list[str] = []
    views: dict[tuple[str, int], View] = {}

    for name, reader, place, width in CHAPTERS[chapter]:
        if (reader, width) not in views:
            views[reader, width] = as_person(look(demo, width=width), Somebody(id_of(reader), reader))
        wrong += show(views[reader, width], f"{chapter}-{name}", place)

    assert wrong == []


def test_the_effectiveness_check_lays_out_what_happened_since(
    look: OpenView, demo: Flask, clock: Clock
) -> None:
    assert demo.testing
    clock.advance(timedelta(days=45))
    fire_due()

    view = as_person(look(demo), Somebody(id_of("ewa.nowak"), "ewa.nowak"))

    assert show(view, "quality-effectiveness", task("check_effectiveness")) == []


@pytest.mark.parametrize(("name", "path"), [("sign-in", "/sign-in"), ("code", "/code")])
def test_the_door_is_open_without_an_account(look: OpenView, demo: Flask, name: str, path: str) -> None:
    assert show(look(demo), f"staff-{name}", path) == []


def test_the_first_admin_finds_the_way_in(look: OpenView, app: Flask) -> None:
    with unit_of_work() as uow:
        link = first_admin_link(uow, "")
    assert link is not None

    assert show(look(app), "admin-welcome", link) == []
