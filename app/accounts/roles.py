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


_TITLES = {
    Role.REPORTER: "Reporter",
    Role.QUALITY_COORDINATOR: "Quality coordinator",
    Role.QUALITY_MANAGER: "Quality manager",
    Role.PROCESS_OWNER: "Process owner",
    Role.CAPA_OWNER: "CAPA owner",
    Role.ACTION_OWNER: "Action owner",
    Role.VERIFIER: "Verifier",
    Role.AUDITOR: "Auditor",
    Role.LEAD_AUDITOR: "Lead auditor",
    Role.AUDITEE: "Auditee",
    Role.AUTHOR: "Author",
    Role.REVIEWER: "Reviewer",
    Role.APPROVER: "Approver",
    Role.DOCUMENT_CONTROLLER: "Document controller",
    Role.TOP_MANAGEMENT: "Top management",
    Role.RISK_OWNER: "Risk owner",
    Role.SUPPLIER_OWNER: "Supplier owner",
    Role.TRAINER: "Trainer",
    Role.SITE_MANAGER: "Site manager",
    Role.ADMIN: "Admin",
    Role.PROCESS_DESIGNER: "Process designer",
    Role.PROCESS_APPROVER: "Process approver",
    Role.EXTERNAL_AUDITOR: "External auditor",
}


def title_of(role: Role) -> str:
    """Return the role's title in the reader's language."""
    return _(_TITLES[role])
