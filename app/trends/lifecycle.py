"""What a trend alert is to the engine room."""

from __future__ import annotations

from app.trends.operations import OPERATIONS
from app.trends.service import ALERT, RULE
from app.workflow.lifecycle import Lifecycle

TREND_ALERT = Lifecycle(
    key="trend_alert",
    package="trends",
    title="Trend alert",
    clause="9.1.3",
    record_kind="trend_alert",
    ports=ALERT,
    operations=OPERATIONS,
    required_duties=("analyse_cause",),
    proven_outcome="explained",
    messages=(RULE,),
)

LIFECYCLES = (TREND_ALERT,)
