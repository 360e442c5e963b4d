"""What the house has to prove: a pack that is ready, and one that waits."""

from __future__ import annotations

from io import BytesIO

from app.evidence.packs.orders import ask
from app.evidence.packs.scopes import PackScope
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.unit_of_work import UnitOfWork
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
    return {"pack": ready.id}
