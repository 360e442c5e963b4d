"""The lifecycle of a finding."""

from __future__ import annotations

from app.audits import finding_operations
from app.audits.finding_points import GUARDS, open_points
from app.audits.finding_ports import FINDING
from app.audits.finding_requests import RULE
from app.audits.finding_service import PERMISSION, briefing
from app.audits.finding_settings import SETTINGS
from app.audits.measures import MEASURES, WORDS
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

FINDING_LIFECYCLE = Lifecycle(
    key="finding",
    package="audits",
    title="Finding",
    clause="9.2.2",
    record_kind="finding",
    ports=FINDING,
    operations=finding_operations.OPERATIONS,
    required_duties=("triage", "plan_actions", "approve_plan", "verify", "close"),
    proven_outcome="closed",
    separations=(
        Separation("approve_plan", "plan_actions"),
        Separation("verify", "plan_actions"),
        Separation("close", "plan_actions"),
    ),
    guards=GUARDS,
    messages=(RULE,),
    start=StartEntry(
        title="Note a finding",
        description="An audit, of our own or from outside, has found something.",
        minutes=4,
        icon="zoom-exclamation",
        group="assure",
        permission=PERMISSION,
    ),
    settings=SETTINGS,
    open_points=open_points,
    briefing=briefing,
    measures=MEASURES,
    measure_words=WORDS,
)
