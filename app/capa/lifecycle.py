"""What nonconformity and CAPA are to the engine room: operations, duties, separations, guards, messages."""

from __future__ import annotations

from decimal import Decimal

from app.capa import approval_operations, capa_operations, nonconformity_operations
from app.capa.briefing import briefing
from app.capa.guards import CAPA_GUARDS, NONCONFORMITY_GUARDS
from app.capa.likeness import ALIKE_FROM
from app.capa.measures import MEASURES, WORDS
from app.capa.open_points import CAPA_KIND, NONCONFORMITY_KIND, open_points
from app.capa.ports import CAPA, NONCONFORMITY
from app.capa.reported import RULE as REPORT_RULE
from app.capa.requests import RULE
from app.capa.trends import TREND_RULE
from app.foundation.settings import Setting
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

SETTINGS = (
    Setting(
        "capa.wait_days_critical", 30, int, "Days of waiting before effectiveness is checked, severity 5"
    ),
    Setting("capa.wait_days_major", 60, int, "Days of waiting before effectiveness is checked, severity 4"),
    Setting(
        "capa.wait_days_minor", 90, int, "Days of waiting before effectiveness is checked, severity 3 or less"
    ),
    ALIKE_FROM,
    Setting(
        "capa.plan_cost_limit", Decimal(10_000), Decimal, "Cost above which top management approves a plan"
    ),
)

NONCONFORMITY_LIFECYCLE = Lifecycle(
    key="nonconformity",
    package="capa",
    title="Nonconformity",
    clause="10.2",
    record_kind=NONCONFORMITY_KIND,
    ports=NONCONFORMITY,
    operations=nonconformity_operations.OPERATIONS,
    required_duties=("contain", "triage", "close"),
    proven_outcome="closed",
    separations=(Separation("verify", "decide_disposition"),),
    guards=NONCONFORMITY_GUARDS,
    messages=(TREND_RULE, REPORT_RULE),
    start=StartEntry(
        title="Something went wrong",
        description="A part, a result or a step is not as it should be.",
        minutes=2,
        icon="alert-hexagon",
        group="improve",
        permission="nonconformities.report",
    ),
    open_points=open_points,
    register_endpoint="nonconformity.listing",
    record_endpoint="nonconformity.page",
)

CAPA_LIFECYCLE = Lifecycle(
    key="capa",
    package="capa",
    title="Corrective action (CAPA)",
    clause="10.2",
    record_kind=CAPA_KIND,
    ports=CAPA,
    operations=capa_operations.OPERATIONS + approval_operations.OPERATIONS,
    required_duties=(
        "analyse_cause",
        "plan_actions",
        "approve_plan",
        "verify",
        "check_effectiveness",
        "reassess_risk",
        "close",
    ),
    separations=(
        Separation("approve_plan", "capa_owner"),
        Separation("approve_plan", "plan_actions"),
        Separation("verify", "capa_owner"),
        Separation("verify", "plan_actions"),
        Separation("check_effectiveness", "capa_owner"),
        Separation("check_effectiveness", "plan_actions"),
        Separation("close", "capa_owner"),
        Separation("close", "plan_actions"),
    ),
    guards=CAPA_GUARDS,
    messages=(RULE,),
    start=StartEntry(
        title="Open a CAPA",
        description="Something keeps happening, and its cause must go.",
        minutes=3,
        icon="tools",
        group="improve",
        permission="actions.create",
    ),
    settings=SETTINGS,
    briefing=briefing,
    measures=MEASURES,
    measure_words=WORDS,
    register_endpoint="capa.listing",
    record_endpoint="capa.page",
)

LIFECYCLES = (NONCONFORMITY_LIFECYCLE, CAPA_LIFECYCLE)
