"""The pictures of packs, audit rooms, the review of the trail and the destruction of personal data."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from app.demo.stories.evidence import AUDITOR
from app.evidence.destruction.carrying_out import job
from app.evidence.packs.orders import ask
from app.evidence.packs.scopes import PackScope, records_of
from app.evidence.rooms.models import AuditRoom
from app.foundation import clock
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.unit_of_work import unit_of_work
from app.records.models import Attachment, Record
from app.workflow.starting import start_with_form
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.test_handbook import Place, id_of, show, task
from tests.factories.accounts import Somebody, actor_for
from tests.factories.hostile_files import png

pytestmark = pytest.mark.slow
MANAGER = "ingrid.lund"


def room() -> str:
    return f"/audit-rooms/{db.session.scalars(select(AuditRoom.id)).one()}"


def capa() -> str:
    closed = select(Record.id).where(Record.kind == "capa", Record.closed_at.is_not(None)).order_by(Record.id)
    return f"/audit-room/records/{db.session.scalars(closed).first()}"


PICTURES: tuple[tuple[str, str, Place, int], ...] = (
    ("packs", MANAGER, "/evidence/packs", 1280),
    ("rooms", MANAGER, "/audit-rooms", 1280),
    ("room-form", MANAGER, "/audit-rooms/new", 1280),
    ("room-owner", MANAGER, room, 1280),
    ("room", AUDITOR, "/audit-room", 1280),
    ("room-record", AUDITOR, capa, 1280),
    ("room-documents", AUDITOR, "/audit-room/documents", 1280),
    ("room-trail", AUDITOR, "/audit-room/trail", 1280),
    ("room-phone", AUDITOR, "/audit-room", 360),
    ("trail-review", MANAGER, task("look_at_sample"), 1280),
    ("destruction", MANAGER, task("weigh_request"), 1280),
)


@pytest.fixture
def shown(demo: Flask) -> Flask:
    """The demo company with packs, a review of the trail and a request besides the room of its auditor."""
    manager, today = actor_for(id_of(MANAGER)), clock.now().date()
    span = PackScope(first=today - timedelta(days=200), last=today, edition="2015", clause="10.2.1")
    with unit_of_work(manager.id) as uow:
        pack = ask(uow, manager, span)
        pack.record_ids = list(records_of(uow.session, manager, span))
        pack.total, pack.done, pack.finished_at = len(pack.record_ids), len(pack.record_ids), uow.now
        moving = ask(uow, manager, PackScope(first=today - timedelta(days=90), last=today))
        moving.total, moving.done = 40, 12
    with unit_of_work(manager.id) as uow:
        start_with_form(uow, "trail_review", manager, {"reason": "Before the audit."}, form_token="look")
        words = {"words": "Hydro Nord", "reason": "They asked for it.", "legal_basis": "Article 17 GDPR"}
        start_with_form(uow, "data_destruction", manager, words, form_token="destroy")
    files_are_named()
    return demo


def files_are_named() -> None:
    """The job reads the files of the request, among them a photo of a record that names the customer."""
    store = FileStore(current_app.config["KEEL"].home / FILES)
    named = select(Record.id).where(Record.search_text.contains("Hydro Nord")).order_by(Record.id).limit(1)
    with unit_of_work() as uow:
        photo = store_file(uow, store, BytesIO(png()), "visit-hydro-nord.png")
        record_id = uow.session.scalars(named).one()
        uow.session.add(Attachment(record_id=record_id, file_id=photo.id, added_at=uow.now))
    job(store)()


def test_every_page_of_evidence_is_there_for_its_reader(shown: Flask, look: OpenView) -> None:
    wrong: list[str] = []

    for name, reader, place, width in PICTURES:
        view = as_person(look(shown, width=width), Somebody(id_of(reader), reader))
        wrong += show(view, f"evidence-{name}", place)
        if width == 1280:
            wrong += [f"{name} {what}" for what in view.at_a_glance()]

    assert wrong == []
