"""DMN: decision models read once, compiled whole, and evaluated with the rules that matched as evidence."""

from app.decisions.dmn.elements import Decision
from app.decisions.dmn.errors import DecisionNotFound, ModelInvalid, RulesOverlap
from app.decisions.dmn.evidence import Evaluation
from app.decisions.dmn.model import DecisionModel
from app.decisions.dmn.reader import Draft, read_draft, read_model

__all__ = [
    "Decision",
    "DecisionModel",
    "DecisionNotFound",
    "Draft",
    "Evaluation",
    "ModelInvalid",
    "RulesOverlap",
    "read_draft",
    "read_model",
]
