"""The numbers of documents, such as SOP-PUR-001: a series for each prefix and area."""

from __future__ import annotations

import re

from app.documents.models import DocumentNumberSeries, DocumentType
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into

DIGITS = 3
AREA = re.compile(r"[A-Z][A-Z0-9]{0,9}")
NUMBER = re.compile(r"(?P<series>[A-Z]{2,6}-[A-Z][A-Z0-9]{0,9})-(?P<count>[0-9]{1,9})")
PREFIXES = {
    DocumentType.POLICY: "POL",
    DocumentType.MANUAL: "MAN",
    DocumentType.PROCEDURE: "SOP",
    DocumentType.WORK_INSTRUCTION: "WI",
    DocumentType.FORM: "FRM",
    DocumentType.SPECIFICATION: "SPEC",
    DocumentType.PLAN: "PLN",
    DocumentType.EXTERNAL: "EXT",
}


class AreaInvalid(Invalid):
    """The area of a document's number is not made of capital letters and digits."""


def next_document_number(uow: UnitOfWork, document_type: str, area: str) -> str:
    """Take the next number of a series: prefix of the type, area, and a count of at least three digits.

    Errors: AreaInvalid.
    Effects: locks the series to the end of the act; an act that is rolled back gives its number back.
    """
    if not AREA.fullmatch(area):
        sentence = _("An area is made of up to ten capital letters and digits, such as PUR.")
        raise AreaInvalid(sentence, [Problem("area", "documents.area", sentence)])
    series = f"{PREFIXES[DocumentType(document_type)]}-{area}"
    return f"{series}-{_take(uow, series):0{DIGITS}d}"


def keep_number(uow: UnitOfWork, number: str) -> None:
    """Let the series of a number that a document brought along go on behind it. Safe to call again."""
    found = NUMBER.fullmatch(number)
    if found is not None:
        _raise_to(uow, found["series"], int(found["count"]))


def _take(uow: UnitOfWork, series: str) -> int:
    count: int | None = uow.session.scalar(
        insert_into(uow.session, DocumentNumberSeries)
        .values(series=series, last=1)
        .on_conflict_do_update(index_elements=["series"], set_={"last": DocumentNumberSeries.last + 1})
        .returning(DocumentNumberSeries.last)
    )
    assert count is not None, "the statement returns its row"
    return count


def _raise_to(uow: UnitOfWork, series: str, count: int) -> None:
    uow.session.execute(
        insert_into(uow.session, DocumentNumberSeries)
        .values(series=series, last=count)
        .on_conflict_do_update(
            index_elements=["series"],
            set_={"last": count},
            where=DocumentNumberSeries.last < count,
        )
    )
