from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.factory import create_app
from app.foundation import backup as backup_module
from app.foundation.archive import BackupExists, DamagedBackup, read_verified
from app.foundation.backup import HomeNotEmpty, Place, WrongDatabase, back_up, is_unfinished, restore
from app.foundation.database_copies import CopyFailed
from app.foundation.db import db
from app.foundation.files import faulty_files, store_file
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, record
from app.trail.checkpoints import read_checkpoints, take_checkpoint
from app.trail.verification import verify
from config import Config
from tests.stand import config_for


def quiet(_line: str) -> None:
    return None


def write(place: Place, number: int) -> None:
    with unit_of_work() as uow:
        row = store_file(uow, place.store, io.BytesIO(f"evidence {number}".encode()), "e.txt")
        record(uow, verb="file.kept", subject=Subject("file", row.id, row.name), after={"sha256": row.sha256})


@pytest.fixture
def place(app: Flask) -> Place:
    config: Config = app.config["KEEL"]
    place = Place(config.home, config.database_url)
    for number in range(3):
        write(place, number)
    take_checkpoint(db.session(), place.home / "checkpoints.jsonl", unit_now())
    db.session.rollback()
    return place


def unit_now() -> Any:
    with unit_of_work() as uow:
        return uow.now


@pytest.fixture
def archive(place: Place, tmp_path: Path) -> Path:
    target = tmp_path / "keel.backup"
    back_up(place, target, {"made_by": "test"}, quiet)
    return target


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Place]:
    home = tmp_path / "elsewhere"
    yield Place(home, f"sqlite:///{home / 'keel.db'}")
    assert not is_unfinished(home)


def assert_whole(place: Place, files: int) -> None:
    with create_app(config_for(place.home, place.database_url)).app_context():
        session = db.session()
        assert verify(session, read_checkpoints(place.home / "checkpoints.jsonl")).is_intact
        assert faulty_files(session, place.store) == []
        assert session.scalar(text("SELECT count(*) FROM stored_file")) == files
        db.session.remove()
        db.engine.dispose()


def test_a_restored_backup_is_a_verified_copy(archive: Path, empty: Place) -> None:
    manifest = restore(archive, empty, quiet)

    assert manifest.facts == {"made_by": "test"}
    assert_whole(empty, files=3)
    assert sorted(path.name for path in empty.home.iterdir()) == ["checkpoints.jsonl", "files", "keel.db"]


def test_the_secret_is_not_in_a_backup(place: Place, tmp_path: Path) -> None:
    (place.home / "secret").write_text("s3cret")

    back_up(place, tmp_path / "b", {}, quiet)

    assert not [name for name in zipfile.ZipFile(tmp_path / "b").namelist() if "secret" in name]


def test_a_backup_under_load_is_consistent(app: Flask, place: Place, tmp_path: Path, empty: Place) -> None:
    stop = threading.Event()
    written = []

    def load() -> None:
        with app.app_context():
            while not stop.is_set():
                write(place, 100 + len(written))
                written.append(1)

    thread = threading.Thread(target=load)
    thread.start()
    back_up(place, tmp_path / "b", {}, quiet)
    stop.set()
    thread.join()
    restore(tmp_path / "b", empty, quiet)

    assert written
    with create_app(config_for(empty.home)).app_context():
        assert verify(db.session(), read_checkpoints(empty.home / "checkpoints.jsonl")).is_intact
        assert faulty_files(db.session(), empty.store) == []
        db.session.remove()
        db.engine.dispose()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_reported(archive: Path, tmp_path: Path, where: float, bit: int) -> None:
    content = bytearray(archive.read_bytes())
    content[int(where * len(content))] ^= 1 << bit
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content)
    home = tmp_path / "elsewhere"

    with pytest.raises(DamagedBackup):
        restore(damaged, Place(home, f"sqlite:///{home / 'keel.db'}"), quiet)

    assert not home.exists()


@pytest.mark.parametrize("length", [0, 10, 64, 1000, -1])
def test_a_backup_cut_short_is_reported(archive: Path, empty: Place, length: int) -> None:
    archive.write_bytes(archive.read_bytes()[:length])

    with pytest.raises(DamagedBackup):
        restore(archive, empty, quiet)


def rewritten(archive: Path, *, without: str = "", manifest: dict[str, Any] | None = None) -> Path:
    """Write the archive again without a member or with another manifest, its seal not renewed."""
    target = archive.with_name("rewritten")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as renewed:
        for name in old.namelist():
            if name == "manifest.json" and manifest is not None:
                renewed.writestr(name, json.dumps(manifest))
            elif not without or not name.startswith(without):
                renewed.writestr(name, old.read(name))
        renewed.comment = old.comment
    return target


@pytest.mark.parametrize("member", ["files/", "database", "checkpoints"])
def test_a_missing_member_is_named(archive: Path, empty: Place, member: str) -> None:
    with pytest.raises(DamagedBackup) as caught:
        restore(rewritten(archive, without=member), empty, quiet)

    assert {problem.rule for problem in caught.value.problems} == {"missing"}
    assert all(problem.where.startswith(member) for problem in caught.value.problems)


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "files/../../x", "keel.db"])
def test_a_member_outside_the_layout_is_refused(archive: Path, empty: Place, name: str) -> None:
    manifest = {"format": 1, "facts": {}, "hashes": {name: "0" * 64, "database.sqlite3": "0" * 64}}

    with pytest.raises(DamagedBackup):
        read_verified(rewritten(archive, manifest=manifest))

    assert not empty.home.exists()


def test_a_home_with_data_is_left_alone(archive: Path, place: Place) -> None:
    before = (place.home / "keel.db").read_bytes()

    with pytest.raises(HomeNotEmpty):
        restore(archive, place, quiet)

    assert (place.home / "keel.db").read_bytes() == before


def test_a_restore_that_fails_leaves_nothing(
    archive: Path, empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(backup_module, "fill_database", failing)
    with pytest.raises(OSError, match="disk full"):
        restore(archive, empty, quiet)

    assert list(empty.home.iterdir()) == []


def test_an_interrupted_restore_is_marked_and_can_be_done_again(archive: Path, empty: Place) -> None:
    (empty.home / "files").mkdir(parents=True)
    (empty.home / "files" / "half").touch()
    (empty.home / backup_module.MARKER).touch()
    assert is_unfinished(empty.home)

    restore(archive, empty, quiet)

    assert_whole(empty, files=3)


def test_a_backup_is_never_overwritten(archive: Path, place: Place) -> None:
    before = archive.read_bytes()

    with pytest.raises(BackupExists):
        back_up(place, archive, {}, quiet)

    assert archive.read_bytes() == before


def test_a_lost_file_is_told_and_the_rest_is_kept(place: Place, tmp_path: Path) -> None:
    lost = next(place.store.all())
    place.store.path(lost).unlink()

    result = back_up(place, tmp_path / "b", {}, quiet)

    assert result.missing_files == (lost,)
    assert len([name for name in result.manifest.hashes if name.startswith("files/")]) == 2


def test_a_backup_of_the_other_database_is_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongDatabase, match="KEEL_DATABASE_URL"):
        restore(archive, Place(tmp_path / "pg", "postgresql+psycopg://nobody@127.0.0.1:1/none"), quiet)


def test_without_pg_dump_the_sentence_says_what_to_install(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CopyFailed, match="client tools"):
        back_up(Place(place.home, "postgresql+psycopg://nobody@127.0.0.1:1/none"), tmp_path / "b", {}, quiet)


@pytest.mark.postgres
def test_postgresql_is_backed_up_and_restored(
    pg_app: Flask, postgres_url: str, tmp_path: Path, postgres_tools: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", postgres_tools)
    config: Config = pg_app.config["KEEL"]
    source = Place(config.home, config.database_url)
    write(source, 1)
    take_checkpoint(db.session(), source.home / "checkpoints.jsonl", unit_now())
    db.session.rollback()

    back_up(source, tmp_path / "b", {}, quiet)
    target = Place(tmp_path / "elsewhere", postgres_url)
    restore(tmp_path / "b", target, quiet)

    assert_whole(target, files=1)
    with pytest.raises(HomeNotEmpty):
        restore(tmp_path / "b", Place(tmp_path / "third", postgres_url), quiet)
