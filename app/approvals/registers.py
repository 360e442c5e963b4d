"""The register of publications: what was to come into force, who asked, who agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.approvals.models import Publication
from app.approvals.publications import PublicationStatus
from app.foundation.i18n import gettext as _
from app.records.register import Register, Section
from app.records.usual import usual_columns, usual_filters, usual_sorts


def publication_words() -> Mapping[str, str]:
    """Return the words for where a publication stands."""
    return {
        PublicationStatus.ASKED.value: _("Waits for a second person"),
        PublicationStatus.PUBLISHED.value: _("Published"),
        PublicationStatus.DECLINED.value: _("Declined"),
        PublicationStatus.CANCELLED.value: _("Cancelled"),
    }


def _sections(_session: Session, row: Publication) -> Sequence[Section]:
    changes = str((row.extra or {}).get("what_changes") or "")
    found = [Section(_("Why"), row.reason), Section(_("What changes"), changes)]
    return [section for section in found if section.text]


PUBLICATIONS = Register(
    kind="publication",
    model=Publication,
    path="/publications",
    title=lambda: _("Publications"),
    singular=lambda: _("Publication"),
    icon="rocket",
    columns=usual_columns(lambda status: publication_words().get(status, status)),
    filters=usual_filters(publication_words),
    sorts=usual_sorts(),
    group=lambda: _("Set up"),
    statuses=publication_words,
    sections=_sections,
)
