"""What the weights of exposure are called, and what they do, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.foundation.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """Weights that belong together. Shape: `labels` name them by key, in the order of the page."""

    title: str
    sentence: str
    labels: Mapping[str, str]


def weight_groups() -> Sequence[WeightGroup]:
    """Return all weights in three groups: what an event weighs, what becomes of it, what follows."""
    return (
        WeightGroup(
            _("What an event weighs"),
            _("On its first day, before it is multiplied by its severity."),
            _types(),
        ),
        WeightGroup(
            _("What makes it more or less"),
            _("An event weighs its kind times its severity times these, and fades from its day on."),
            _factors(),
        ),
        WeightGroup(
            _("What follows from it"),
            _("All events together are the pressure; it raises the likelihood that people assessed."),
            _consequences(),
        ),
    )


def weight_labels() -> Mapping[str, str]:
    """Return what each weight is called, by key, in the order of the page."""
    return {key: label for group in weight_groups() for key, label in group.labels.items()}


def _types() -> Mapping[str, str]:
    return {
        "type.major_finding": _("Major finding"),
        "type.minor_finding": _("Minor finding"),
        "type.improvement_opportunity": _("Opportunity for improvement"),
        "type.nonconformity": _("Nonconformity"),
        "type.complaint": _("Justified complaint"),
        "type.incident": _("Incident with harm"),
        "type.near_miss": _("Near miss"),
        "type.supplier_downgrade": _("Supplier downgraded"),
        "type.indicator_breach": _("Indicator past its action limit"),
        "type.capa_effective": _("CAPA effective"),
        "type.capa_ineffective": _("CAPA ineffective"),
        "type.capa_overdue": _("CAPA overdue"),
        "type.document_review_overdue": _("Document review overdue"),
        "type.competence_gap": _("Competence gap"),
    }


def _factors() -> Mapping[str, str]:
    return {
        "severity_divisor": _("Severity is divided by"),
        "half_life_days": _("Half is left after days"),
        "place": _("Same process and site, not linked"),
        "effective": _("Its CAPA is effective"),
        "ineffective": _("Its CAPA is ineffective"),
    }


def _consequences() -> Mapping[str, str]:
    return {
        "divisor": _("Pressure for one step of likelihood"),
        "most_steps": _("Most steps"),
        "severity_window_days": _("Days in which the gravest event counts"),
        "gap": _("Points that ask for a reassessment"),
        "trend_days": _("Days the trend looks back"),
        "trend_weight": _("Part the trend adds to the priority"),
    }
