"""The words of the ledger: what may happen, and what a verdict on a CAPA says about it."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What happened, in the ledger's words. `INCIDENT` is one that harmed somebody.

    Shape: a verdict (`CAPA_EFFECTIVE`, `CAPA_INEFFECTIVE`) carries the events its CAPA answered.
    """

    NONCONFORMITY = "nonconformity"
    MAJOR_FINDING = "major_finding"
    MINOR_FINDING = "minor_finding"
    IMPROVEMENT_OPPORTUNITY = "improvement_opportunity"
    COMPLAINT = "complaint"
    INCIDENT = "incident"
    NEAR_MISS = "near_miss"
    SUPPLIER_DOWNGRADE = "supplier_downgrade"
    INDICATOR_BREACH = "indicator_breach"
    CAPA_EFFECTIVE = "capa_effective"
    CAPA_INEFFECTIVE = "capa_ineffective"
    CAPA_OVERDUE = "capa_overdue"
    DOCUMENT_REVIEW_OVERDUE = "document_review_overdue"
    COMPETENCE_GAP = "competence_gap"


VERDICTS = frozenset({EventKind.CAPA_EFFECTIVE, EventKind.CAPA_INEFFECTIVE})
