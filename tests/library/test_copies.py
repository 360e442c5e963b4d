from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.documents.models import Document, DocumentRevision, DocumentStatus, RevisionStatus
from app.documents.ports import DOCUMENT
from app.foundation.backup import FILES
from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import store_file
from app.foundation.unit_of_work import unit_of_work
from app.library.copies import NotCopied, file_of, fresh_copy, make_copy, make_due
from app.library.models import ControlledCopy
from app.records.facts import Birth
from app.trail.models import TrailEntry
from app.workflow.faults import open_faults
from tests.factories.documents import a_revision
from tests.factories.organisation import a_site
from tests.printing.test_rendering import PAPER, conformance, png, render

BASE = "https://keel.example.org"
DRAFT, SUPERSEDED = RevisionStatus.DRAFT.value, RevisionStatus.SUPERSEDED.value
APPROVAL = [
    {"person_id": 7, "name": "Eva Brandt", "meaning": "approval", "at": "2026-03-01T06:00:00+00:00"},
    {"person_id": 8, "name": "Max Muster", "meaning": "review", "on_behalf_of": "Ida Hof"},
]


@pytest.fixture
def store(app: Flask) -> FileStore:
    return FileStore(Path(app.config["KEEL"].home) / FILES)


def reading(store: FileStore, copy_id: int) -> pypdf.PdfReader:
    db.session.rollback()
    stored = file_of(db.session(), db.session.get_one(ControlledCopy, copy_id))
    with store.open(stored.sha256, stored.size) as stream:
        return pypdf.PdfReader(io.BytesIO(stream.read()))


def words(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


def a_revision_with(status: str = "effective", **more: object) -> int:
    with unit_of_work() as uow:
        facts = {"title": "Incoming inspection", "area": "PUR", "site_id": a_site(uow)}
        document_id = DOCUMENT.bear(uow, facts, Birth(status=DocumentStatus.EFFECTIVE.value))
        document = uow.session.get_one(Document, document_id)
        return a_revision(uow, document, status=status, **more).id


def a_file_revision(store: FileStore, content: bytes, name: str) -> int:
    with unit_of_work() as uow:
        stored = store_file(uow, store, io.BytesIO(content), name)
    return a_revision_with(content_kind="file", file_id=stored.id, content="")


def test_the_copy_of_a_revision_says_what_it_is_and_who_approved_it(store: FileStore) -> None:
    revision_id = a_revision_with(approval=APPROVAL)

    reader = reading(store, make_copy(revision_id, store, BASE))

    text = words(reader)
    assert conformance(reader) == ("2", "A", "1")
    for fact in ("Incoming inspection", "Revision 1.0", "In force since 1 Mar 2026", "Parts are checked"):
        assert fact in text
    for fact in ("Eva Brandt", "approval", "1 Mar 2026, 06:00 UTC", "Max Muster", "review", "for Ida Hof"):
        assert fact in text
    assert f"Uncontrolled when printed. The version in force: {BASE}/documents/" in text
    assert f"Page 1 of {len(reader.pages)}" in text


def test_what_an_import_told_is_never_shown_as_a_signature(store: FileStore) -> None:
    revision_id = a_revision_with(approval=APPROVAL, is_historical=True)

    text = words(reading(store, make_copy(revision_id, store, BASE)))

    assert text.count("Told when the document was brought in; not signed in Keel") == 2
    assert "Consented in Keel" not in text


@pytest.mark.parametrize(
    ("status", "mark"), [("approved", "NOT IN FORCE"), ("superseded", "SUPERSEDED"), ("obsolete", "OBSOLETE")]
)
def test_what_is_not_in_force_carries_a_watermark_on_each_page(
    store: FileStore, status: str, mark: str
) -> None:
    reader = reading(store, make_copy(a_revision_with(status), store, BASE))

    assert all(mark in page.extract_text() for page in reader.pages)


def test_there_is_no_controlled_copy_of_a_draft(store: FileStore) -> None:
    with pytest.raises(NotCopied):
        make_copy(a_revision_with(DRAFT), store, BASE)


def test_the_job_copies_what_came_into_force_once(store: FileStore) -> None:
    revision_id = a_revision_with()
    a_revision_with(is_historical=True)
    a_revision_with(DRAFT)

    assert [make_due(store, BASE) for _turn in range(2)] == [1, 0]

    db.session.rollback()
    copy = fresh_copy(db.session(), revision_id)
    assert copy is not None
    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.verb == "document.copy_made")).one()
    assert entry.after is not None
    assert json.loads(entry.after)["sha256"] == copy.sha256


def test_a_copy_serves_until_the_revision_stands_otherwise(store: FileStore, clock: Clock) -> None:
    revision_id = a_revision_with()
    first = make_copy(revision_id, store, BASE)
    clock.advance(timedelta(days=1))
    assert make_copy(revision_id, store, BASE) == first
    with unit_of_work() as uow:
        row = uow.session.get_one(DocumentRevision, revision_id)
        row.status, row.ended_at = SUPERSEDED, uow.now
    db.session.rollback()

    assert fresh_copy(db.session(), revision_id) is None
    assert make_copy(revision_id, store, BASE) != first
    assert db.session.scalar(select(func.count()).select_from(ControlledCopy)) == 2


def test_an_emergency_is_copied_again_when_it_is_approved(store: FileStore, clock: Clock) -> None:
    revision_id = a_revision_with(approved_at=None)
    first = words(reading(store, make_copy(revision_id, store, BASE)))
    clock.advance(timedelta(days=1))
    with unit_of_work() as uow:
        uow.session.get_one(DocumentRevision, revision_id).approved_at = uow.now

    second = words(reading(store, make_copy(revision_id, store, BASE)))

    assert "In force, not approved yet" in first
    assert "In force since 1 Mar 2026" in second


def test_a_picture_is_drawn_and_a_text_is_set(store: FileStore) -> None:
    drawn = reading(store, make_copy(a_file_revision(store, png(), "plan.png"), store, BASE))
    written = reading(
        store, make_copy(a_file_revision(store, b"# Steps\n\nWeigh it.", "steps.md"), store, BASE)
    )

    assert (conformance(drawn), conformance(written)) == (("2", "A", "1"), ("2", "A", "1"))
    assert "Weigh it." in words(written)


def test_the_pages_of_a_pdf_are_framed(store: FileStore) -> None:
    original = render(PAPER).content

    copy_id = make_copy(a_file_revision(store, original, "original.pdf"), store, BASE)

    reader = reading(store, copy_id)
    assert db.session.get_one(ControlledCopy, copy_id).is_archival is False
    assert "Uncontrolled when printed. The version in force" in reader.pages[-1].extract_text()


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 word", "old.doc"), (b"%PDF-1.7 broken", "broken.pdf")],
)
def test_what_cannot_be_drawn_travels_inside(store: FileStore, content: bytes, name: str) -> None:
    reader = reading(store, make_copy(a_file_revision(store, content, name), store, BASE))

    assert conformance(reader) == ("3", "A", "1")
    assert reader.attachments[name] == [content]
    assert f"The content is the file {name}. It is attached inside this PDF." in words(reader)


def test_one_that_cannot_be_made_is_a_fault_and_stops_no_other(store: FileStore) -> None:
    lost = a_file_revision(store, png(), "lost.png")
    stored = db.session.scalars(select(DocumentRevision.file_id).where(DocumentRevision.id == lost)).one()
    assert stored is not None
    for sha256 in list(store.all()):
        store.path(sha256).unlink()
    whole = a_revision_with()

    assert [make_due(store, BASE) for _turn in range(2)] == [2, 0]

    db.session.rollback()
    assert [(fault.kind, fault.source_id) for fault in open_faults(db.session())] == [("paper", lost)]
    assert fresh_copy(db.session(), whole) is not None
    assert db.session.scalar(select(func.count()).select_from(Document)) == 2
