from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.file_limits import LARGEST, MEGABYTE, QUOTA, QUOTA_COUNT, largest_bytes
from app.foundation.file_store import FileStore, FileTooLarge
from app.foundation.files import FileRefused, StoredFile, store_file, sweep_untaken
from app.foundation.settings import set_value
from app.foundation.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def keep(store: FileStore, content: bytes = b"words", actor_id: int | None = 7) -> StoredFile:
    with unit_of_work(actor_id) as uow:
        return store_file(uow, store, io.BytesIO(content), "note.txt")


def test_the_largest_file_is_a_setting_of_the_site(store: FileStore) -> None:
    with unit_of_work() as uow:
        set_value(uow, LARGEST, 1)
        set_value(uow, LARGEST, 30, site_id=5)

    assert largest_bytes(db.session(), 5) == 30 * MEGABYTE
    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        keep(store, b"x" * (MEGABYTE + 1))
    assert list(store.all()) == []


def test_a_person_who_uploaded_too_many_files_waits_or_asks(store: FileStore, clock: Clock) -> None:
    with unit_of_work() as uow:
        set_value(uow, QUOTA_COUNT, 2)
    keep(store)
    keep(store)

    with pytest.raises(FileRefused, match="You have uploaded 2 files"):
        keep(store)
    keep(store, actor_id=8)
    keep(store, actor_id=None)
    clock.advance(timedelta(days=31))
    keep(store)


def test_a_person_who_uploaded_too_much_waits_or_asks(store: FileStore) -> None:
    with unit_of_work() as uow:
        set_value(uow, QUOTA, 1)
    keep(store, b"x" * (MEGABYTE - 10))

    with pytest.raises(FileRefused, match="Ask an admin"):
        keep(store, b"x" * 11)
    keep(store, b"x" * 10)


def upload_with_form(store: FileStore) -> int:
    row = keep(store)
    with unit_of_work() as uow:
        uow.session.get_one(StoredFile, row.id).came_with_form = True
    return row.id


def test_uploads_of_forms_never_sent_off_go_after_a_week(store: FileStore, clock: Clock) -> None:
    kept, drafted, untaken = keep(store).id, upload_with_form(store), upload_with_form(store)
    clock.advance(timedelta(days=8))
    young = upload_with_form(store)

    with unit_of_work() as uow:
        count = sweep_untaken(uow, in_drafts={drafted})

    assert count == 1
    assert set(db.session.scalars(select(StoredFile.id))) == {kept, drafted, young}
    assert untaken not in {kept, drafted, young}
