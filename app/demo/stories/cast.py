"""What stories of corrective actions are made of."""

from __future__ import annotations

from dataclasses import dataclass

from app.demo.nonconformity_steps import NonconformitySteps
from app.demo.risk_steps import RiskSteps
from app.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Cast:
    """The steps that the stories of CAPAs are made of."""

    stage: Stage
    reports: NonconformitySteps
    risks: RiskSteps
