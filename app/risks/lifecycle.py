"""The lifecycles of a risk, of its reassessment, its treatment and its acceptance."""

from __future__ import annotations

from app.foundation.settings import Setting
from app.risks import acceptances, operations, service, treatments
from app.risks.briefing import briefing
from app.risks.measures import MEASURES, WORDS
from app.risks.standing import APPETITE
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

RED_REVIEWS = Setting(
    "risk.red_reviews", 3, int, "Reviews in a row after which an unacceptable risk goes to top management"
)

RISK = Lifecycle(
    key="risk",
    package="risks",
    title="Risk",
    clause="6.1",
    record_kind="risk",
    ports=service.RISK_PORTS,
    operations=operations.RISK_OPERATIONS,
    required_duties=("reassess_risk",),
    proven_outcome="retired",
    settings=(RED_REVIEWS, APPETITE),
    briefing=briefing,
    measures=MEASURES,
    measure_words=WORDS,
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

TREATMENT = Lifecycle(
    key="treatment",
    package="risks",
    title="Treatment of a risk",
    clause="6.1.2",
    record_kind="treatment",
    ports=treatments.TREATMENT_PORTS,
    operations=treatments.OPERATIONS,
    required_duties=("plan_actions", "check_effectiveness"),
    proven_outcome="treated",
    separations=(
        Separation("approve_plan", "plan_actions"),
        Separation("check_effectiveness", "plan_actions"),
        Separation("check_effectiveness", "risk_owner"),
    ),
    guards={"verify_effect": treatments.check_reliance},
    messages=(treatments.REQUESTED,),
)

ACCEPTANCE = Lifecycle(
    key="acceptance",
    package="risks",
    title="Acceptance of a risk",
    clause="6.1.2",
    record_kind="acceptance",
    ports=acceptances.ACCEPTANCE_PORTS,
    operations=acceptances.OPERATIONS,
    required_duties=("plan_actions", "approve_plan"),
    proven_outcome="expired",
    separations=(Separation("approve_plan", "plan_actions"), Separation("approve_plan", "risk_owner")),
    guards={
        "justify_acceptance": acceptances.check_expiry,
        "decide_acceptance": acceptances.check_state,
    },
    messages=(acceptances.REQUESTED,),
    settings=(acceptances.USUAL_DAYS, acceptances.TOP_DAYS),
)

LIFECYCLES = (RISK, REASSESSMENT, TREATMENT, ACCEPTANCE)
