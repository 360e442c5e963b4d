"""The words of risks and opportunities: bands, categories, stages, options, movement."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.i18n import gettext as _
from app.risks.models import (
    AcceptanceStatus,
    Category,
    ReassessmentStatus,
    RiskKind,
    RiskStatus,
    TreatmentStatus,
)
from app.risks.rules import Band


def band_words() -> Mapping[Band, str]:
    """Return the words of the bands."""
    return {
        Band.LOW: _("Low"),
        Band.MEDIUM: _("Medium"),
        Band.HIGH: _("High"),
        Band.UNACCEPTABLE: _("Unacceptable"),
    }


def likelihood_words() -> Mapping[int, str]:
    """Return the words of how likely something is, 1 the least."""
    return {1: _("Rare"), 2: _("Unlikely"), 3: _("Possible"), 4: _("Likely"), 5: _("Almost certain")}


def gain_words() -> Mapping[Band, str]:
    """Return the words of the bands of an opportunity: the higher, the better."""
    return {
        Band.LOW: _("Small"),
        Band.MEDIUM: _("Worth a look"),
        Band.HIGH: _("Promising"),
        Band.UNACCEPTABLE: _("Outstanding"),
    }


def kind_words() -> Mapping[str, str]:
    """Return the words of the two kinds."""
    return {RiskKind.RISK.value: _("Risk"), RiskKind.OPPORTUNITY.value: _("Opportunity")}


def category_words() -> Mapping[str, str]:
    """Return the words of what risks are about."""
    return {
        Category.QUALITY.value: _("Quality"),
        Category.DELIVERY.value: _("Delivery"),
        Category.SUPPLIER.value: _("Suppliers"),
        Category.PEOPLE.value: _("People"),
        Category.COMPLIANCE.value: _("Law and compliance"),
        Category.IT.value: _("Information technology"),
        Category.STRATEGIC.value: _("Strategy"),
    }


def risk_statuses() -> Mapping[str, str]:
    """Return the words of a risk's stages."""
    return {
        RiskStatus.IDENTIFIED.value: _("To assess"),
        RiskStatus.MONITORED.value: _("Watched"),
        RiskStatus.TREATMENT_PLANNED.value: _("To be treated"),
        RiskStatus.TREATING.value: _("In treatment"),
        RiskStatus.TREATED.value: _("Treated"),
        RiskStatus.ACCEPTED.value: _("Accepted"),
        RiskStatus.REASSESSMENT_DUE.value: _("Look again"),
        RiskStatus.CLOSED.value: _("Closed"),
        RiskStatus.CANCELLED.value: _("Cancelled"),
    }


def reassessment_statuses() -> Mapping[str, str]:
    """Return the words of a reassessment's stages."""
    return {
        ReassessmentStatus.REQUESTED.value: _("Asked for"),
        ReassessmentStatus.ANSWERED.value: _("Answered"),
        ReassessmentStatus.CANCELLED.value: _("Cancelled"),
    }


def treatment_statuses() -> Mapping[str, str]:
    """Return the words of a treatment's stages."""
    return {
        TreatmentStatus.PLANNED.value: _("To be planned"),
        TreatmentStatus.TREATING.value: _("In treatment"),
        TreatmentStatus.TREATED.value: _("Treated"),
        TreatmentStatus.ACCEPTANCE.value: _("Acceptance asked for"),
        TreatmentStatus.CANCELLED.value: _("Cancelled"),
    }


def acceptance_statuses() -> Mapping[str, str]:
    """Return the words of an acceptance's stages."""
    return {
        AcceptanceStatus.CREATED.value: _("Asked for"),
        AcceptanceStatus.SUBMITTED.value: _("Submitted"),
        AcceptanceStatus.ACCEPTED.value: _("Accepted"),
        AcceptanceStatus.REJECTED.value: _("Refused"),
        AcceptanceStatus.REVOKED.value: _("Revoked"),
        AcceptanceStatus.EXPIRED.value: _("Expired"),
        AcceptanceStatus.CANCELLED.value: _("Cancelled"),
    }


def option_words() -> Mapping[str, str]:
    """Return the words of the ways to answer a risk or an opportunity."""
    return {
        "avoid": _("Avoid it"),
        "reduce": _("Reduce it"),
        "share": _("Share it"),
        "accept": _("Accept it"),
        "exploit": _("Exploit it"),
        "enhance": _("Enhance it"),
        "ignore": _("Leave it"),
    }


def trend_words() -> Mapping[int, str]:
    """Return the words of where the events push a risk."""
    return {1: _("↑ up"), 0: _("→ level"), -1: _("↓ down")}
