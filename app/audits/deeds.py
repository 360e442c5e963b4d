"""The words for what audits, findings and their programme notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords(
        "audit_programme.line_planned", "Audit planned in a programme", "planned a line of the programme"
    ),
    DeedWords("audit_programme.draft", "Programme sent back", "sent the programme back to its draft"),
    DeedWords("audit_programme.approved", "Programme approved", "approved the programme"),
    DeedWords("audit_programme.active", "Programme in force", "put the programme in force"),
    DeedWords("audit_programme.closed", "Programme closed", "closed the programme"),
    DeedWords("audit_programme.cancelled", "Programme cancelled", "cancelled the programme"),
    DeedWords("audit.checklist_loaded", "Checklist loaded", "loaded the checklist"),
    DeedWords("audit.line_removed", "Question removed", "removed a question from the checklist"),
    DeedWords("audit.postponed", "Audit postponed", "moved the audit to another day"),
    DeedWords("audit.overdue", "Audit overdue", "found the audit overdue"),
    DeedWords("audit.report_approved", "Audit report approved", "approved the report"),
    DeedWords("audit.closed", "Audit closed", "closed the audit"),
    DeedWords("auditor.qualified", "Auditor qualified", "noted a qualification as auditor"),
    DeedWords(
        "auditor.withdrawn", "Auditor's qualification withdrawn", "withdrew a qualification as auditor"
    ),
    DeedWords("finding.issued", "Finding issued", "issued this finding"),
    DeedWords("finding.dispute_settled", "Dispute settled", "settled what was disputed"),
    DeedWords("finding.deferred", "Verification deferred", "put the verification off"),
    DeedWords("finding.not_verified", "Finding not verified", "could not verify what was done"),
    DeedWords("finding.closed", "Finding closed", "closed this finding"),
)
