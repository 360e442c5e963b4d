"""The publish gate: what a diagram must be before it may run. No database."""

from app.workflow.validation.context import DUTIES, SIGNATURES, GateContext, OperationSignature
from app.workflow.validation.gate import check_diagram, check_layout, warn_diagram
from app.workflow.validation.rehearsal import ENDLESS, rehearse

__all__ = [
    "DUTIES",
    "ENDLESS",
    "SIGNATURES",
    "GateContext",
    "OperationSignature",
    "check_diagram",
    "check_layout",
    "rehearse",
    "warn_diagram",
]
