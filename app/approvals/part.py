"""The part that every approval runs: `approval.bpmn`, fed by chains."""

from __future__ import annotations

from app.approvals.operations import OPERATIONS
from app.approvals.voting import cast, offer, review
from app.workflow.lifecycle import Part
from app.workflow.slot_rules import SlotRule

APPROVAL = Part(
    key="approval",
    package="approvals",
    title="Approval",
    operations=OPERATIONS,
    slots={"decide": SlotRule(offer, cast, review)},
)
