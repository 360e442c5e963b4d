"""A signature's row: written with its entry, refused to be changed, and named when it was all the same."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import DatabaseError

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, entries_for
from app.trail.meanings import AuthMethod, Meaning
from app.trail.models import Signature
from app.trail.signature_witnesses import SIGNATURES, unvouched_signatures
from app.trail.signatures import SignedBy, SignedMatter, sign, signatures_of
from app.trail.witnesses import entry_contradictions
from tests.trail.forgery import drop_triggers, run_sql

pytestmark = pytest.mark.usefixtures("signed")
ANNA = SignedBy(7, "Anna Approve", "Europe/Warsaw", AuthMethod.PASSWORD, session_id=3)
COLUMNS = ", ".join(c.key for c in Signature.__table__.columns if c.key != "id")


@pytest.fixture
def signed(any_app: Flask) -> None:
    """Two signatures: an approval of one record and a refusal of another."""
    assert any_app.testing
    for number, meaning in enumerate((Meaning.APPROVAL, Meaning.REJECTION), start=1):
        matter = SignedMatter(
            subject=Subject("document", number, f"DOC-{number}"),
            version="2",
            about="Approve the document",
            record_sha256="a" * 64,
            covered=("title",),
            covered_sha256="b" * 64,
        )
        with unit_of_work(ANNA.id) as uow:
            sign(uow, ANNA, matter, meaning, reason="as read", challenge_digest=f"digest {number}")


def found() -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    told = [*entry_contradictions(db.session(), [SIGNATURES]), *unvouched_signatures(db.session())]
    return [problem.sentence for problem in told]


def test_a_signature_stands_beside_its_entry() -> None:
    (row,) = signatures_of(db.session(), "document", 2)
    (entry,) = entries_for(db.session(), "document", 2)

    assert (row.printed_name, row.meaning, row.zone) == ("Anna Approve", "rejection", "Europe/Warsaw")
    assert (row.trail_seq, entry.verb, entry.reason) == (entry.seq, "signature.declined", "as read")
    assert found() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE signature SET meaning = 'approval' WHERE id = 2",
        "UPDATE signature SET subject_id = '9'",
        "DELETE FROM signature WHERE id = 1",
        f"INSERT INTO signature ({COLUMNS}) SELECT {COLUMNS} FROM signature WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_a_signature(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run_sql(statement)

    assert found() == []


def test_the_database_refuses_a_signature_under_an_entry_of_another_record() -> None:
    copied = COLUMNS.replace("subject_id", "'2'").replace("challenge_digest", "'other'")

    with pytest.raises(DatabaseError, match="append-only"):
        run_sql(f"INSERT INTO signature ({COLUMNS}) SELECT {copied} FROM signature WHERE id = 1")


@pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_a_signature() -> None:
    columns = f"id, {COLUMNS}"
    forged = columns.replace("meaning", "'approval'")

    with pytest.raises(DatabaseError, match="append-only"):
        run_sql(f"REPLACE INTO signature ({columns}) SELECT {forged} FROM signature WHERE id = 2")


@pytest.mark.parametrize(
    "change",
    [
        "meaning = 'approval'",
        "printed_name = 'Somebody Else'",
        "signed_at = '2026-03-17 09:00:00.000001'",
        "record_sha256 = 'x'",
        "reason = ''",
        "subject_version = '3'",
        "covered = '[]'",
        "on_behalf_of_id = 4",
    ],
)
def test_a_changed_signature_is_named_with_its_entry(change: str) -> None:
    drop_triggers()
    (row,) = signatures_of(db.session(), "document", 2)
    seq = row.trail_seq

    run_sql(f"UPDATE signature SET {change} WHERE id = 2")

    assert found() == [f"The signature under DOC-2 was changed past the trail: entry {seq} says otherwise."]


def test_a_removed_signature_is_missed() -> None:
    drop_triggers()

    run_sql("DELETE FROM signature WHERE id = 1")

    assert ["is gone" in sentence for sentence in found()] == [True]


def test_a_signature_copied_to_another_record_is_named() -> None:
    drop_triggers()
    copied = COLUMNS.replace("subject_id", "'9'").replace("subject_label", "'DOC-9'")
    copied = copied.replace("trail_seq", "1").replace("challenge_digest", "'other'")

    run_sql(f"INSERT INTO signature ({COLUMNS}) SELECT {copied} FROM signature WHERE id = 1")

    (sentence,) = found()
    assert sentence.startswith("The signature of Anna Approve under DOC-9 (row 3) was copied or forged")


def test_a_signature_moved_to_another_record_is_named() -> None:
    drop_triggers()

    run_sql("UPDATE signature SET subject_id = '9' WHERE id = 1")

    assert len(found()) == 2  # the entry misses it, and no entry of record 9 knows it
