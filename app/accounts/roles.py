"""The closed list of roles. Diagrams and grants name them by key; people read their titles."""

from __future__ import annotations

from enum import StrEnum

from app.foundation.i18n import gettext as _


class Role(StrEnum):
    """What a person is in the quality system. The value is the key in diagrams, tables and imports."""

    REPORTER = "reporter"
    QUALITY_COORDINATOR = "quality_coordinator"
    QUALITY_MANAGER = "quality_manager"
    PROCESS_OWNER = "process_owner"
    CAPA_OWNER = "capa_owner"
    ACTION_OWNER = "action_owner"
    VERIFIER = "verifier"
    AUDITOR = "auditor"
    LEAD_AUDITOR = "lead_auditor"
    AUDITEE = "auditee"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    DOCUMENT_CONTROLLER = "document_controller"
    TOP_MANAGEMENT = "top_management"
    RISK_OWNER = "risk_owner"
    SUPPLIER_OWNER = "supplier_owner"
    TRAINER = "trainer"
    SITE_MANAGER = "site_manager"
    ADMIN = "admin"
    PROCESS_DESIGNER = "process_designer"
    PROCESS_APPROVER = "process_approver"
    EXTERNAL_AUDITOR = "external_auditor"


# Guests have rooms instead of roles that somebody gives: see the audit rooms.
GIVEN = tuple(role for role in Role if role is not Role.EXTERNAL_AUDITOR)


def title_of(role: Role) -> str:
    """Return the role's title in the reader's language."""
    return _titles()[role]


def _titles() -> dict[Role, str]:
    return {
        Role.REPORTER: _("Reporter"),
        Role.QUALITY_COORDINATOR: _("Quality coordinator"),
        Role.QUALITY_MANAGER: _("Quality manager"),
        Role.PROCESS_OWNER: _("Process owner"),
        Role.CAPA_OWNER: _("CAPA owner"),
        Role.ACTION_OWNER: _("Action owner"),
        Role.VERIFIER: _("Verifier"),
        Role.AUDITOR: _("Auditor"),
        Role.LEAD_AUDITOR: _("Lead auditor"),
        Role.AUDITEE: _("Auditee"),
        Role.AUTHOR: _("Author"),
        Role.REVIEWER: _("Reviewer"),
        Role.APPROVER: _("Approver"),
        Role.DOCUMENT_CONTROLLER: _("Document controller"),
        Role.TOP_MANAGEMENT: _("Top management"),
        Role.RISK_OWNER: _("Risk owner"),
        Role.SUPPLIER_OWNER: _("Supplier owner"),
        Role.TRAINER: _("Trainer"),
        Role.SITE_MANAGER: _("Site manager"),
        Role.ADMIN: _("Admin"),
        Role.PROCESS_DESIGNER: _("Process designer"),
        Role.PROCESS_APPROVER: _("Process approver"),
        Role.EXTERNAL_AUDITOR: _("External auditor"),
    }
