"""The register of destructions of personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.evidence.destruction.models import DataDestruction, DestructionStatus
from app.evidence.destruction.rounds import count_of, files_of
from app.evidence.destruction.rules import FileVerdict, decided
from app.foundation.i18n import gettext as _
from app.records.register import Register, Section
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.parts import Fact

MOST_LISTED = 1_000


def status_words() -> Mapping[str, str]:
    """Return where a request stands."""
    return {
        DestructionStatus.ASKED.value: _("To be weighed"),
        DestructionStatus.TO_APPROVE.value: _("To be approved"),
        DestructionStatus.APPROVED.value: _("Approved, under way"),
        DestructionStatus.DESTROYED.value: _("Destroyed"),
        DestructionStatus.KEPT.value: _("Not carried out"),
        DestructionStatus.CANCELLED.value: _("Cancelled"),
    }


def _sections(session: Session, row: DataDestruction) -> Sequence[Section]:
    places = tuple(Fact(str(one["place"]), str(one["count"])) for one in row.places or ())
    found = [
        Section(_("Words"), row.words or ""),
        Section(_("Why"), " · ".join(one for one in (row.reason, row.legal_basis) if one)),
        Section(_("Where they stood when it was asked for"), facts=places),
        Section(_("Files"), facts=_files(session, row)),
        Section(_("How it was weighed"), row.weighing or ""),
        Section(_("Why it was not carried out"), row.failure or ""),
    ]
    return [section for section in found if section.facts or section.text]


def _files(session: Session, row: DataDestruction) -> tuple[Fact, ...]:
    verdicts = {FileVerdict.DESTROY: _("destroy"), FileVerdict.KEEP: _("keep"), None: _("not decided")}
    rows = files_of(session, row, most=MOST_LISTED)
    known, more = decided(rows), count_of(session, row) - len(rows)
    found = [
        Fact(
            str(one["title"]),
            verdicts[known.get(int(one["reference"]))],
            note=" · ".join(part for part in (one["why"], one.get("reason")) if part),
        )
        for one in rows
    ]
    if more > 0:
        found.append(Fact(_("More files"), str(more), note=_("each stands in the answers of its round")))
    return (*_reading(row), *found)


def _reading(row: DataDestruction) -> tuple[Fact, ...]:
    """Return how far the reading is, while it goes on."""
    if row.files is not None or row.status != DestructionStatus.ASKED.value:
        return ()
    read = _("%(read)s of %(total)s", read=row.files_read, total=row.files_total or _("all"))
    return (Fact(_("Files read"), read, note=_("nobody decides before all are read")),)


DESTRUCTIONS = Register(
    kind="data_destruction",
    model=DataDestruction,
    path="/destructions",
    title=lambda: _("Destructions of personal data"),
    singular=lambda: _("Destruction of personal data"),
    icon="eraser",
    columns=usual_columns(lambda status: status_words().get(status, status)),
    filters=usual_filters(status_words),
    sorts=usual_sorts(),
    group=lambda: _("Control"),
    statuses=status_words,
    start_key="data_destruction",
    start_label=lambda: _("Destroy personal data"),
    sections=_sections,
)
