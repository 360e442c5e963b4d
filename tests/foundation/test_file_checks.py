from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.file_checks import Finding, check_slice, damaged_count
from app.foundation.file_store import FileStore
from app.foundation.files import StoredFile, store_file
from app.foundation.unit_of_work import UnitOfWork, unit_of_work

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def keep(store: FileStore, content: bytes) -> StoredFile:
    with unit_of_work() as uow:
        return store_file(uow, store, io.BytesIO(content), "note.txt")


def look(store: FileStore, **limits: int) -> tuple[int, list[Finding]]:
    told: list[Finding] = []

    def tell(_uow: UnitOfWork, finding: Finding) -> None:
        told.append(finding)

    count = check_slice(store, tell, **limits)
    db.session.rollback()
    return count, told


def test_whole_contents_are_read_once_a_week_and_say_nothing(store: FileStore, clock: Clock) -> None:
    keep(store, b"one")
    keep(store, b"one")
    keep(store, b"two")

    assert look(store) == (2, [])
    assert look(store) == (0, [])
    clock.advance(timedelta(days=7, seconds=1))
    assert look(store) == (2, [])


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_damage_is_told_once_and_so_is_its_end(store: FileStore, damage: str) -> None:
    row = keep(store, b"evidence")
    path = store.path(row.sha256)
    path.write_bytes(b"evidenve") if damage == "changed" else path.unlink()

    assert look(store) == (1, [Finding(row.sha256, row.id, damage)])
    assert damaged_count(db.session()) == 1
    assert look(store) == (1, [])  # looked at again, told no more
    path.write_bytes(b"evidence")
    assert look(store) == (1, [Finding(row.sha256, row.id, None)])
    assert damaged_count(db.session()) == 0


def test_a_slice_ends_at_its_bytes_and_the_next_one_goes_on(store: FileStore) -> None:
    for number in range(5):
        keep(store, f"content {number}".encode())

    counts = [look(store, slice_bytes=18)[0] for _turn in range(4)]

    assert counts == [2, 2, 1, 0]


def test_a_damaged_content_is_looked_at_before_the_others(store: FileStore) -> None:
    row = keep(store, b"evidence")
    store.path(row.sha256).write_bytes(b"x")
    look(store)
    keep(store, b"something else")

    count, _told = look(store, slice_bytes=1)

    assert count == 1
    assert damaged_count(db.session()) == 1
    store.path(row.sha256).write_bytes(b"evidence")
    assert look(store, slice_bytes=1)[1] == [Finding(row.sha256, row.id, None)]
