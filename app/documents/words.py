"""The words of documents, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from app.documents.change_models import (
    ChangeKind,
    ChangeSource,
    ChangeStatus,
    DocumentChange,
    ReviewStatus,
    RiskEffect,
)
from app.documents.models import ChangeClass, DocumentStatus, DocumentType, RevisionStatus
from app.foundation.i18n import gettext as _
from app.quality_events.rules.bands import Band


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


def band_words() -> Mapping[str, str]:
    """Return the words of the bands of risks, as they stand within a sentence."""
    return {
        Band.LOW.value: _("low"),
        Band.MEDIUM.value: _("medium"),
        Band.HIGH.value: _("high"),
        Band.UNACCEPTABLE.value: _("unacceptable"),
    }


def review_statuses() -> Mapping[str, str]:
    """Return the words for where a look at a document stands."""
    return {
        ReviewStatus.OPEN.value: _("To be looked at"),
        ReviewStatus.KEPT.value: _("Stays as it is"),
        ReviewStatus.REVISED.value: _("Is being changed"),
        ReviewStatus.WITHDRAWN.value: _("Is being withdrawn"),
        ReviewStatus.CANCELLED.value: _("Cancelled"),
    }


def change_statuses() -> Mapping[str, str]:
    """Return the words for where a change of a document stands."""
    return {
        ChangeStatus.REQUESTED.value: _("Asked for"),
        ChangeStatus.ASSESSING.value: _("Being assessed"),
        ChangeStatus.DRAFTING.value: _("Being written"),
        ChangeStatus.IN_REVIEW.value: _("Being reviewed"),
        ChangeStatus.WAITING_FOR_RISK.value: _("Waits for the reassessment of a risk"),
        ChangeStatus.IN_APPROVAL.value: _("Waiting for approval"),
        ChangeStatus.APPROVED.value: _("Approved, not yet in force"),
        ChangeStatus.RETROSPECTIVE.value: _("In force, to be approved"),
        ChangeStatus.EFFECTIVE.value: _("In force"),
        ChangeStatus.WITHDRAWN.value: _("Document withdrawn"),
        ChangeStatus.REJECTED.value: _("Refused"),
        ChangeStatus.JOINED.value: _("Joined another change"),
        ChangeStatus.CANCELLED.value: _("Cancelled"),
    }


def change_stands(row: DocumentChange) -> str:
    """Return where a change stands, with the risks it waits for."""
    word = change_statuses().get(row.status, row.status)
    if not row.waits_for or row.closed_at is not None:
        return word
    if row.status == ChangeStatus.WAITING_FOR_RISK.value:
        return _("Waits for the reassessment of %(risks)s", risks=row.waits_for)
    return _("%(stage)s; waits for the reassessment of %(risks)s", stage=word, risks=row.waits_for)


def kind_words() -> Mapping[str, str]:
    """Return the words for what becomes of a document."""
    return {
        ChangeKind.NEW.value: _("New document"),
        ChangeKind.REVISE.value: _("Revision"),
        ChangeKind.WITHDRAW.value: _("Withdrawal"),
    }


def source_words() -> Mapping[str, str]:
    """Return the words for where the wish to change something comes from."""
    return {
        ChangeSource.IDEA.value: _("An idea"),
        ChangeSource.CAPA.value: _("A corrective action"),
        ChangeSource.FINDING.value: _("A finding"),
        ChangeSource.RISK.value: _("A risk"),
        ChangeSource.AUDIT.value: _("An audit"),
        ChangeSource.COMPLAINT.value: _("A complaint"),
        ChangeSource.LAW.value: _("A law or standard"),
        ChangeSource.PERIODIC.value: _("Its regular review"),
        ChangeSource.MANAGEMENT_REVIEW.value: _("Management review"),
    }


def effect_words() -> Mapping[str, str]:
    """Return the words for what a change does to the risks."""
    return {
        RiskEffect.NONE.value: _("No effect"),
        RiskEffect.LOWERS.value: _("Lowers them"),
        RiskEffect.RAISES.value: _("Raises them"),
        RiskEffect.NEW_CONTROL.value: _("A new control"),
        RiskEffect.CONTROL_REMOVED.value: _("A control goes"),
    }


def disposition_words() -> Mapping[str, str]:
    """Return the words for what became of a comment."""
    return {
        "accept": _("Accepted"),
        "modify": _("Accepted in another way"),
        "reject": _("Not accepted"),
    }
