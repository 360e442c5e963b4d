from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.documents.models import Document, DocumentRevision, RevisionStatus
from app.documents.revisions import (
    NoSuchRevision,
    effective_revision,
    revision_in_the_making,
    revision_of,
)
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.documents import a_document, a_revision
from tests.scenarios.company import Company


@pytest.fixture
def document_id(company: Company) -> int:
    with unit_of_work(company.people["quality_manager"]) as uow:
        return a_document(uow).id


def add(document_id: int, major: int, **more: Any) -> int:
    with unit_of_work() as uow:
        return a_revision(uow, uow.session.get_one(Document, document_id), major=major, **more).id


def test_two_revisions_are_never_in_force_at_once(document_id: int) -> None:
    with pytest.raises(IntegrityError):
        add(document_id, 2)

    assert effective_revision(db.session(), document_id) is not None


def test_two_revisions_are_never_in_the_making_at_once(document_id: int) -> None:
    draft = add(document_id, 2, status=RevisionStatus.DRAFT.value, approved_at=None)

    with pytest.raises(IntegrityError):
        add(document_id, 3, status=RevisionStatus.APPROVED.value)

    found = revision_in_the_making(db.session(), document_id)
    assert found is not None
    assert found.id == draft


@pytest.mark.parametrize("change", [{"content": "# Other"}, {"major": 7}, {"approved_at": None}])
def test_what_is_in_force_does_not_change(document_id: int, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="does not change"), unit_of_work() as uow:
        uow.session.execute(
            update(DocumentRevision).where(DocumentRevision.document_id == document_id).values(change)
        )


def test_what_is_in_force_is_not_deleted(document_id: int) -> None:
    with pytest.raises(DatabaseError, match="does not change"), unit_of_work() as uow:
        uow.session.execute(delete(DocumentRevision).where(DocumentRevision.document_id == document_id))


def test_what_is_in_force_may_be_superseded(document_id: int) -> None:
    with unit_of_work() as uow:
        uow.session.execute(update(DocumentRevision).values(status=RevisionStatus.SUPERSEDED.value))

    assert effective_revision(db.session(), document_id) is None


def test_a_draft_may_be_written_and_thrown_away(document_id: int) -> None:
    draft = add(document_id, 2, status=RevisionStatus.DRAFT.value, approved_at=None)

    with unit_of_work() as uow:
        uow.session.get_one(DocumentRevision, draft).content = "# Another thought"
        uow.session.flush()
        uow.session.execute(delete(DocumentRevision).where(DocumentRevision.id == draft))

    assert revision_in_the_making(db.session(), document_id) is None


def test_a_revision_is_found_by_its_number(document_id: int) -> None:
    assert revision_of(db.session(), document_id, "1.0").label == "1.0"
    with pytest.raises(NoSuchRevision):
        revision_of(db.session(), document_id, "1.1")
