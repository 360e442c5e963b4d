"""Documents as the library needs them: born with exactly the revision that a test asks for."""

from __future__ import annotations

from typing import Any

from app.documents.models import Document, DocumentRevision, DocumentStatus
from app.documents.ports import DOCUMENT
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import Birth
from tests.factories.documents import a_revision


def shelved(
    uow: UnitOfWork, *, title: str = "Incoming inspection", site_id: int | None = None, **revision: Any
) -> DocumentRevision:
    """A document with one revision, in force unless said otherwise."""
    facts = {"title": title, "area": "PUR", "site_id": site_id}
    document_id = DOCUMENT.bear(uow, facts, Birth(status=DocumentStatus.EFFECTIVE.value))
    return a_revision(uow, uow.session.get_one(Document, document_id), **revision)
