"""What the house has to prove: packs, a room for the inspector, a review of the trail, a destruction."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from app.accounts.people import Details
from app.evidence.packs.orders import ask
from app.evidence.packs.scopes import PackScope
from app.evidence.rooms.rooms import RoomOrder, look, open_room
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.starting import start_with_form
from tests.conftest import TUESDAY
from tests.factories.accounts import actor_for


def prove(uow: UnitOfWork, inspector_id: int, store: FileStore, record_id: int) -> dict[str, int]:
    """Write it all, with one record in the pack; return the ids that addresses name."""
    inspector, today = actor_for(inspector_id), TUESDAY.date()
    ready = ask(uow, inspector, PackScope(first=today, last=today))
    ready.file_id = store_file(uow, store, BytesIO(b"A pack, packed."), "evidence.txt", max_bytes=1000).id
    ready.record_ids = [record_id]
    ready.finished_at, ready.total, ready.done = uow.now, 1, 1
    ask(uow, inspector, PackScope(first=today, last=today, edition="2015", clause="10.2.1"))
    order = RoomOrder(
        title="Certification of the line",
        guest=Details("auditor.of.the.line", "Auditor of the line"),
        organisation="Certifiers of pumps",
        edition="2015",
        first=today,
        last=today + timedelta(days=14),
    )
    room, _door = open_room(uow, inspector, order, "http://localhost")
    room.guest_id = inspector.id  # so that whoever tries every page is let in
    look(uow, room, "record", "CAPA-2026-0001")
    start_with_form(uow, "trail_review", inspector, {"reason": "The year is over."}, form_token="house-trail")
    wish = {"words": "Quirkwell", "reason": "They asked for it.", "legal_basis": "Article 17 GDPR"}
    start_with_form(uow, "data_destruction", inspector, wish, form_token="house-destruction")
    return {"pack": ready.id, "room": room.id}
