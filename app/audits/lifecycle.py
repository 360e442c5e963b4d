"""The lifecycles of an audit programme and of an audit."""

from __future__ import annotations

from app.audits import operations, programme
from app.audits.guards import AUDIT_GUARDS, PROGRAMME_GUARDS
from app.audits.ports import AUDIT, PROGRAMME
from app.audits.requests import AUDIT_RULE, PROGRAMME_RULE
from app.audits.settings import SETTINGS
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

PROGRAMME_LIFECYCLE = Lifecycle(
    key="audit_programme",
    package="audits",
    title="Audit programme",
    clause="9.2.2",
    record_kind="audit_programme",
    ports=PROGRAMME,
    operations=programme.PROGRAMME_OPERATIONS,
    required_duties=("plan_actions", "approve_plan", "close"),
    proven_outcome="closed",
    separations=(Separation("approve_plan", "plan_actions"),),
    guards=PROGRAMME_GUARDS,
    messages=(PROGRAMME_RULE,),
    start=StartEntry(
        title="Plan the audits of a year",
        description="Which processes are audited at which sites, when and why.",
        minutes=5,
        icon="calendar-stats",
        group="assure",
        permission="audits.plan",
    ),
    settings=SETTINGS,
)

AUDIT_LIFECYCLE = Lifecycle(
    key="audit",
    package="audits",
    title="Audit",
    clause="9.2",
    record_kind="audit",
    ports=AUDIT,
    operations=operations.AUDIT_OPERATIONS,
    required_duties=("verify", "report", "approve_plan", "close"),
    proven_outcome="closed",
    separations=(Separation("approve_plan", "report"), Separation("approve_plan", "lead_auditor")),
    guards=AUDIT_GUARDS,
    messages=(AUDIT_RULE,),
    start=StartEntry(
        title="Plan an audit",
        description="Look at how a process really works, outside the programme.",
        minutes=3,
        icon="clipboard-check",
        group="assure",
        permission="audits.plan",
    ),
)

LIFECYCLES = (PROGRAMME_LIFECYCLE, AUDIT_LIFECYCLE)
