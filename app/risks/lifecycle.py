"""The lifecycles of a risk and of its reassessment."""

from __future__ import annotations

from app.risks import operations, service
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

RISK = Lifecycle(
    key="risk",
    package="risks",
    title="Risk",
    clause="6.1",
    record_kind="risk",
    ports=service.RISK_PORTS,
    operations=operations.RISK_OPERATIONS,
    required_duties=("reassess_risk",),
    proven_outcome="assessed",
    start=StartEntry(
        title="Name a risk or an opportunity",
        description="Something may happen that we should be ready for.",
        minutes=3,
        icon="alert-triangle",
        group="improve",
        permission="risks.assess",
    ),
)

REASSESSMENT = Lifecycle(
    key="reassessment",
    package="risks",
    title="Reassessment of a risk",
    clause="10.2.1 e",
    record_kind="reassessment",
    ports=service.REASSESSMENT_PORTS,
    operations=operations.REASSESSMENT_OPERATIONS,
    required_duties=("reassess_risk",),
    proven_outcome="reassessed",
    separations=(Separation("approve_plan", "reassess_risk"),),
    messages=(service.REQUESTED,),
    start=StartEntry(
        title="Look at a risk again",
        description="Something changed for a risk in the register.",
        minutes=3,
        icon="refresh",
        group="improve",
        permission="risks.assess",
    ),
    open_points=service.open_points,
)
