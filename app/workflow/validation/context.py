"""What the publish gate must be told: what exists around the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.trail.meanings import Meaning

DUTIES = frozenset(
    {
        "accept_risk",
        "analyse_cause",
        "approve_plan",
        "assess_impact",
        "check_effectiveness",
        "close",
        "contain",
        "decide_disposition",
        "implement",
        "plan_actions",
        "reassess_risk",
        "report",
        "triage",
        "verify",
    }
)
SIGNATURES = frozenset(one.value for one in Meaning)


@dataclass(frozen=True, slots=True)
class OperationSignature:
    """What an operation takes: parameter name to type (text, number, boolean, list, any)."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GateContext:
    """All names a diagram may use, and what its lifecycle demands of it.

    Shape: `forms` maps an element id to the keys of its form, `form_signatures` to the meaning of the
    signature its form announces; `decisions` maps a decision key to its outputs;
    `called` maps the key of a callable part to its engine document, `outcomes` to the outcomes of its ends;
    `slotted` are tasks offered to several people by a rule; `is_part` is true of a definition that is called
    itself. None for `record_fields` or `policies` leaves that name unchecked. `extra_duties` adds to the
    fixed list.
    """

    roles: frozenset[str] = frozenset()
    forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    form_signatures: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, OperationSignature] = field(default_factory=dict)
    decisions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    record_fields: frozenset[str] | None = None
    settings: frozenset[str] = frozenset()
    policies: frozenset[str] | None = None
    called: Mapping[str, bytes] = field(default_factory=dict)
    outcomes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    slotted: frozenset[str] = frozenset()
    is_part: bool = False
    required_duties: tuple[str, ...] = ()
    proven_outcome: str = "closed_effective"
    separations: tuple[tuple[str, str], ...] = ()
    extra_duties: frozenset[str] = frozenset()

    @property
    def duties(self) -> frozenset[str]:
        """All duties a task may carry."""
        return DUTIES | self.extra_duties
