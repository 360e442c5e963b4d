"""The words of documents, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from app.documents.models import ChangeClass, DocumentStatus, DocumentType, RevisionStatus
from app.foundation.i18n import gettext as _


def type_words() -> Mapping[str, str]:
    """Return the words of the types of documents."""
    return {
        DocumentType.POLICY.value: _("Policy"),
        DocumentType.MANUAL.value: _("Manual"),
        DocumentType.PROCEDURE.value: _("Procedure"),
        DocumentType.WORK_INSTRUCTION.value: _("Work instruction"),
        DocumentType.FORM.value: _("Form"),
        DocumentType.SPECIFICATION.value: _("Specification"),
        DocumentType.PLAN.value: _("Plan"),
        DocumentType.EXTERNAL.value: _("External document"),
    }


def document_statuses() -> Mapping[str, str]:
    """Return the words for where a document stands."""
    return {
        DocumentStatus.DRAFT.value: _("Being written"),
        DocumentStatus.EFFECTIVE.value: _("In force"),
        DocumentStatus.UNDER_REVIEW.value: _("In force, being looked at"),
        DocumentStatus.OBSOLETE.value: _("Withdrawn"),
        DocumentStatus.CANCELLED.value: _("Cancelled"),
    }


def revision_statuses() -> Mapping[str, str]:
    """Return the words for where a revision stands."""
    return {
        RevisionStatus.DRAFT.value: _("Draft"),
        RevisionStatus.IN_REVIEW.value: _("Being reviewed"),
        RevisionStatus.IN_APPROVAL.value: _("Waiting for approval"),
        RevisionStatus.APPROVED.value: _("Approved, not yet in force"),
        RevisionStatus.EFFECTIVE.value: _("In force"),
        RevisionStatus.SUPERSEDED.value: _("Superseded"),
        RevisionStatus.OBSOLETE.value: _("Withdrawn"),
        RevisionStatus.CANCELLED.value: _("Cancelled"),
    }


def class_words() -> Mapping[str, str]:
    """Return the words of the classes of change."""
    return {
        ChangeClass.ADMINISTRATIVE.value: _("Administrative"),
        ChangeClass.MINOR.value: _("Minor"),
        ChangeClass.MAJOR.value: _("Major"),
        ChangeClass.EMERGENCY.value: _("Emergency"),
    }
