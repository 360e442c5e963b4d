"""T36: ten ways to falsify the trail by SQL, triggers dropped, each found and named. T37: the triggers."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import DatabaseError

from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import faulty_files, store_file
from app.foundation.unit_of_work import unit_of_work
from app.trail.checkpoints import Checkpoint, take_checkpoint
from app.trail.models import TrailEntry
from app.trail.rules import FIRST_PREVIOUS
from app.trail.verification import VerificationResult, verify
from app.trail.witnesses import INSTALLATION, contradictions
from tests.trail.forgery import drop_triggers, rechain, replace_entry, run_sql, write_deeds

pytestmark = pytest.mark.usefixtures("deeds")
MIDDLE = 6
ON_SQLITE = pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "any_app", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


def verified(checkpoint: Checkpoint | None = None) -> VerificationResult:
    db.session.rollback()
    db.session.expire_all()
    return verify(db.session(), checkpoint)


def checkpoint_now(tmp_path: Path) -> Checkpoint:
    return take_checkpoint(db.session(), tmp_path / "checkpoints.jsonl", db.session.get_one(TrailEntry, 1).at)


def test_a_true_trail_is_intact(deeds: int) -> None:
    result = verified()

    assert (result.is_intact, result.checked, result.first_bad_seq) == (True, deeds, None)


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'risk.deleted'",
        "actor_id = 8",
        "actor_id = NULL",
        "subject_id = '99'",
        "label = 'R-99'",
        "reason = NULL",
        "before = '{}'",
        "after = '{\"score\":25}'",
        "salt = 'ffffffffffffffffffffffffffffffff'",
        "hash = previous_hash",
        "chain_id = 'other'",
    ],
)
def test_1_a_changed_field_is_named(change: str) -> None:
    drop_triggers()

    run_sql(f"UPDATE trail_entry SET {change} WHERE seq = {MIDDLE}")

    assert verified().first_bad_seq == MIDDLE


def test_2_an_entry_deleted_from_the_middle_is_named() -> None:
    drop_triggers()

    run_sql(f"DELETE FROM trail_entry WHERE seq = {MIDDLE}")

    result = verified()
    assert (result.first_bad_seq, "missing" in result.sentence) == (MIDDLE, True)


def test_3_a_deleted_tail_is_found_by_the_head_and_by_the_checkpoint(deeds: int, tmp_path: Path) -> None:
    checkpoint = checkpoint_now(tmp_path)
    drop_triggers()

    run_sql(f"DELETE FROM trail_entry WHERE seq > {deeds - 3}")
    by_head = verified()
    rechain()

    assert by_head.first_bad_seq == deeds - 2
    assert verified().is_intact  # which is why checkpoints are kept outside
    assert "behind checkpoint" in verified(checkpoint).sentence


def test_4_two_swapped_entries_are_named() -> None:
    drop_triggers()

    run_sql(
        "UPDATE trail_entry SET seq = 999 WHERE seq = 5",
        "UPDATE trail_entry SET seq = 5 WHERE seq = 6",
        "UPDATE trail_entry SET seq = 6 WHERE seq = 999",
    )

    assert verified().first_bad_seq == 5


def test_5_a_forged_entry_with_recomputed_hashes_is_found_by_the_checkpoint(tmp_path: Path) -> None:
    checkpoint = checkpoint_now(tmp_path)
    drop_triggers()

    run_sql(f"UPDATE trail_entry SET after = '{{\"score\":1}}' WHERE seq = {MIDDLE}")
    rechain()

    assert verified().is_intact
    result = verified(checkpoint)
    assert (result.first_bad_seq, "rewritten" in result.sentence) == (checkpoint.seq, True)


def test_6_a_changed_time_is_named() -> None:
    drop_triggers()

    run_sql(f"UPDATE trail_entry SET at = '2026-03-17 09:00:00.000001' WHERE seq = {MIDDLE}")

    assert verified().first_bad_seq == MIDDLE


def test_7_an_emptied_trail_is_found(tmp_path: Path) -> None:
    checkpoint = checkpoint_now(tmp_path)
    drop_triggers()

    run_sql("DELETE FROM trail_entry")
    by_head = verified()
    run_sql(f"UPDATE trail_head SET seq = 0, hash = '{FIRST_PREVIOUS}'")

    assert by_head.first_bad_seq == 1
    assert "behind checkpoint" in verified(checkpoint).sentence


@ON_SQLITE
def test_8_an_old_database_put_back_is_behind_the_checkpoint(app: Flask, tmp_path: Path) -> None:
    database = app.config["KEEL"].home / "keel.db"
    run_sql("SELECT 1")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database, tmp_path / "old.db")
    write_deeds(2)
    checkpoint = checkpoint_now(tmp_path)
    db.session.remove()
    db.engine.dispose()

    shutil.copy(tmp_path / "old.db", database)

    assert verified().is_intact
    assert "behind checkpoint" in verified(checkpoint).sentence


def test_9_a_record_changed_past_the_trail_is_named() -> None:
    assert list(contradictions(db.session(), [INSTALLATION])) == []

    run_sql("UPDATE installation SET purpose = 'production'")

    (problem,) = contradictions(db.session(), [INSTALLATION])
    assert "entry 1 says otherwise about purpose" in problem.sentence


def test_10_a_changed_file_is_named(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    with unit_of_work() as uow:
        row = store_file(uow, store, io.BytesIO(b"evidence"), "photo.txt")
    assert faulty_files(db.session(), store) == []

    store.path(row.sha256).write_bytes(b"Evidence")
    changed = faulty_files(db.session(), store)
    store.path(row.sha256).unlink()
    missing = faulty_files(db.session(), store)

    assert [problem.rule for problem in changed + missing] == ["changed", "missing"]


def test_values_emptied_without_a_recorded_destruction_are_named() -> None:
    drop_triggers()

    run_sql(
        f"INSERT INTO trail_destruction (seq, at) VALUES ({MIDDLE}, '2026-03-17 09:00:00')",
        "UPDATE trail_entry SET label = NULL, reason = NULL, before = NULL, after = NULL, salt = NULL "
        f"WHERE seq = {MIDDLE}",
    )

    assert verified().first_bad_seq == MIDDLE


def test_a_checkpoint_of_another_database_is_told(tmp_path: Path) -> None:
    foreign = replace(checkpoint_now(tmp_path), chain_id="other", seq=1)

    result = verified(foreign)

    assert (result.is_intact, result.first_bad_seq) == (False, None)
    assert "another database" in result.sentence


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_entry SET verb = 'x'",
        "UPDATE trail_entry SET after = NULL WHERE seq = 2",
        "UPDATE trail_entry SET seq = 99 WHERE seq = 2",
        "DELETE FROM trail_entry WHERE seq = 2",
        "DELETE FROM trail_entry",
        "UPDATE trail_head SET seq = 1",
        "UPDATE trail_head SET hash = 'x'",
        "DELETE FROM trail_head",
        "INSERT INTO trail_head (id, seq, hash) VALUES (1, 0, 'x')",
    ],
)
def test_the_database_refuses_to_change_the_trail(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"append-only|duplicate key"):
        run_sql(statement)

    assert verified().is_intact


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("verb", ["REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT"])
@ON_SQLITE
def test_sqlite_refuses_to_replace_an_entry(verb: str, recursive: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        replace_entry(verb, recursive)

    assert verified().is_intact


@ON_POSTGRESQL
@pytest.mark.parametrize("statement", ["TRUNCATE trail_entry CASCADE", "TRUNCATE trail_head"])
def test_postgresql_refuses_to_truncate(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run_sql(statement)

    assert verified().is_intact
