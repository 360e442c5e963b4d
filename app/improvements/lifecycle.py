"""What an improvement is to the engine room."""

from __future__ import annotations

from app.improvements.operations import OPERATIONS
from app.improvements.service import IMPROVEMENT, RULE
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

IMPROVEMENT_LIFECYCLE = Lifecycle(
    key="improvement",
    package="improvements",
    title="Improvement",
    clause="10.3",
    record_kind="improvement",
    ports=IMPROVEMENT,
    operations=OPERATIONS,
    required_duties=("plan_actions", "check_effectiveness"),
    proven_outcome="improved",
    separations=(Separation("check_effectiveness", "plan_actions"),),
    messages=(RULE,),
    start=StartEntry(
        title="Suggest an improvement",
        description="Something works, but could be better.",
        minutes=2,
        icon="bulb",
        group="improve",
        permission="nonconformities.report",
    ),
)

LIFECYCLES = (IMPROVEMENT_LIFECYCLE,)
