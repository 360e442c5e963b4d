"""Which role may do what, as data. The policy reads it; nothing else decides.

A permission is `<area>.<verb>`. A role not named here may not; a permission not named here exists for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.accounts.roles import Role

GUESTS = frozenset({Role.EXTERNAL_AUDITOR})
EVERYBODY = frozenset(Role) - GUESTS
QUALITY = frozenset({Role.QUALITY_COORDINATOR, Role.QUALITY_MANAGER})
OVERSIGHT = QUALITY | {Role.AUDITOR, Role.LEAD_AUDITOR, Role.TOP_MANAGEMENT, Role.SITE_MANAGER}
ADMINS = frozenset({Role.ADMIN})
DESIGNERS = frozenset({Role.PROCESS_DESIGNER, Role.PROCESS_APPROVER})


@dataclass(frozen=True, slots=True)
class Permission:
    """What a permission allows, in words, and the roles that have it.

    Shape: with `needs_no_role` every signed-in person has it, also without any grant;
    an `is_lent` permission also comes with the grants of the people one stands in for;
    one `is_for_participants` is had, without a role, at a record one takes part in;
    a guest has those `is_for_guests` and no other, whatever else they were given.
    """

    title: str
    roles: frozenset[Role]
    needs_no_role: bool = False
    is_lent: bool = True
    is_for_participants: bool = False
    is_for_guests: bool = False


def _own(title: str) -> Permission:
    return Permission(title, EVERYBODY, needs_no_role=True)


def _admin(title: str) -> Permission:
    return Permission(title, ADMINS, is_lent=False)


PERMISSIONS: Mapping[str, Permission] = {
    # one's own place: every signed-in person
    "home.read": _own("See one's home page"),
    "me.edit": _own("Change one's own account, absence and password"),
    "inbox.read": _own("See the tasks offered to oneself"),
    "tasks.work": _own("Claim, draft and complete tasks offered to oneself"),
    "start.read": _own("See what can be started"),
    "search.read": _own("Search what one may see"),
    "files.read": _own("Open files of records one may see"),
    # tasks of others
    "tasks.read_all": Permission("See all tasks of one's sites", OVERSIGHT),
    "tasks.reassign": Permission("Give tasks to somebody else", QUALITY | {Role.SITE_MANAGER, Role.ADMIN}),
    # records
    "records.read": Permission(
        "See the records of one's sites", EVERYBODY - {Role.ADMIN}, is_for_participants=True
    ),
    "records.read_restricted": Permission(
        "See restricted records", frozenset({Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT})
    ),
    "records.comment": Permission(
        "Comment on records and attach files", EVERYBODY - {Role.ADMIN}, is_for_participants=True
    ),
    "records.restrict": Permission("Restrict who sees a record", frozenset({Role.QUALITY_MANAGER})),
    "instances.read": Permission("See where an instance stands", EVERYBODY, is_for_participants=True),
    "instances.hold": Permission("Put an instance on hold and resume it", QUALITY),
    "instances.cancel": Permission("Cancel an instance", frozenset({Role.QUALITY_MANAGER})),
    "nonconformities.report": Permission("Report that something went wrong", EVERYBODY - {Role.ADMIN}),
    "risks.assess": Permission("Register and assess risks", QUALITY | {Role.RISK_OWNER, Role.PROCESS_OWNER}),
    "risks.appetite": Permission(
        "Decide how much risk is carried", frozenset({Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT})
    ),
    "actions.create": Permission(
        "Plan actions",
        QUALITY
        | {Role.CAPA_OWNER, Role.PROCESS_OWNER, Role.RISK_OWNER, Role.LEAD_AUDITOR, Role.SITE_MANAGER},
    ),
    "audits.plan": Permission("Plan audits and the audit programme", QUALITY | {Role.LEAD_AUDITOR}),
    "audits.carry_out": Permission(
        "Prepare and answer the checklists of audits", frozenset({Role.AUDITOR, Role.LEAD_AUDITOR})
    ),
    "findings.write": Permission(
        "Write findings and note those of others", QUALITY | {Role.AUDITOR, Role.LEAD_AUDITOR}
    ),
    "audits.qualify": Permission("Say who may audit", frozenset({Role.QUALITY_MANAGER}), is_lent=False),
    "documents.change": Permission("Ask for a change of a document", EVERYBODY - {Role.ADMIN}),
    "documents.control": Permission(
        "Keep the log of printed copies and set revisions in force",
        frozenset({Role.DOCUMENT_CONTROLLER, Role.QUALITY_MANAGER}),
    ),
    "documents.read_archive": Permission(
        "Read revisions that are no longer in force",
        OVERSIGHT | {Role.DOCUMENT_CONTROLLER, Role.PROCESS_OWNER},
    ),
    # the process map, the context and the roles
    "processes.read": Permission("See processes, context, scope and who holds which role", EVERYBODY),
    "processes.edit": Permission("Describe one's own processes", QUALITY | {Role.PROCESS_OWNER, Role.ADMIN}),
    "processes.maintain": Permission(
        "Maintain all processes, the context, the scope and required roles", QUALITY | ADMINS
    ),
    # reading, learning and competence
    "training.own": _own("See what one has to read and learn, and acknowledge it"),
    "training.read": Permission(
        "See who has read, learned and can do what", OVERSIGHT | {Role.TRAINER, Role.PROCESS_OWNER}
    ),
    "training.maintain": Permission(
        "Maintain skills, requirements and training items", QUALITY | {Role.TRAINER}
    ),
    "training.record": Permission(
        "Record qualifications and talks", frozenset({Role.QUALITY_MANAGER, Role.TRAINER}), is_lent=False
    ),
    "training.assign": Permission(
        "Ask for trainings", QUALITY | {Role.TRAINER, Role.SITE_MANAGER, Role.PROCESS_OWNER}
    ),
    "training.questions": Permission(
        "Write the questions about a document or a training item", QUALITY | {Role.TRAINER, Role.AUTHOR}
    ),
    "imports.run": Permission("Import records", frozenset({Role.QUALITY_MANAGER, Role.ADMIN}), is_lent=False),
    "reviews.hold": Permission(
        "Begin management reviews", frozenset({Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT})
    ),
    "evidence.read": Permission("See evidence by clause", OVERSIGHT | {Role.PROCESS_OWNER}),
    "rooms.open": Permission(
        "Open rooms for external auditors", frozenset({Role.QUALITY_MANAGER, Role.ADMIN}), is_lent=False
    ),
    "room.visit": Permission(
        "See the audit room one was invited to", GUESTS, is_lent=False, is_for_guests=True
    ),
    "indicators.read": Permission("See indicators and dashboards", OVERSIGHT | {Role.PROCESS_OWNER}),
    # the record of deeds
    "trail.read": Permission(
        "Read and verify the trail", QUALITY | {Role.AUDITOR, Role.LEAD_AUDITOR, Role.ADMIN}
    ),
    "trail.review": Permission("Review a sample of the trail", frozenset({Role.QUALITY_MANAGER})),
    "data.destroy": Permission(
        "Ask for the destruction of personal data", frozenset({Role.QUALITY_MANAGER}), is_lent=False
    ),
    # definitions
    "definitions.read": Permission("See diagrams, tables and forms", EVERYBODY),
    "definitions.edit": Permission("Draft diagrams, tables and forms", DESIGNERS, is_lent=False),
    "definitions.publish": Permission(
        "Publish a definition", frozenset({Role.PROCESS_APPROVER}), is_lent=False
    ),
    # approval chains
    "chains.read": Permission(
        "See who approves what", OVERSIGHT | DESIGNERS | ADMINS | {Role.DOCUMENT_CONTROLLER}
    ),
    "chains.edit": Permission("Change who approves what", ADMINS, is_lent=False),
    "approvals.manage": Permission(
        "Ask other people in an approval that runs", frozenset({Role.QUALITY_MANAGER, Role.ADMIN})
    ),
    # administration
    "admin.read": _admin("See administration"),
    "admin.people": _admin("Invite, change and disable people, give and withdraw roles"),
    "admin.organisation": _admin("Maintain sites, calendars and master data"),
    "admin.settings": _admin("Change settings"),
    "admin.outbox": _admin("See the outbox and copy links from it"),
    "admin.faults": _admin("See faults and retry them"),
    "admin.jobs": _admin("See jobs"),
}
