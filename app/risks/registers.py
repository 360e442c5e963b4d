"""The register of risks, and that of their reassessments: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.quality_events.baselines import baselines_of
from app.records.register import Option, Register, RegisterColumn, RegisterFilter, RegisterRow, Section
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.risks.models import Category, Reassessment, ReassessmentStatus, ReassessmentTrigger, Risk, RiskStatus
from app.risks.rules import HIGH_FROM, MEDIUM_FROM, UNACCEPTABLE_FROM, Band, band_of
from app.web.parts import Chip, Fact

CHIP_KINDS = {Band.LOW: "low", Band.MEDIUM: "med", Band.HIGH: "high", Band.UNACCEPTABLE: "max"}
BOUNDS = {
    Band.LOW: (1, MEDIUM_FROM - 1),
    Band.MEDIUM: (MEDIUM_FROM, HIGH_FROM - 1),
    Band.HIGH: (HIGH_FROM, UNACCEPTABLE_FROM - 1),
    Band.UNACCEPTABLE: (UNACCEPTABLE_FROM, 25),
}


def band_words() -> Mapping[Band, str]:
    """Return the words of the bands."""
    return {
        Band.LOW: _("Low"),
        Band.MEDIUM: _("Medium"),
        Band.HIGH: _("High"),
        Band.UNACCEPTABLE: _("Unacceptable"),
    }


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
        RiskStatus.IDENTIFIED.value: _("To be assessed"),
        RiskStatus.MONITORED.value: _("In the register"),
        RiskStatus.CANCELLED.value: _("Cancelled"),
    }


def reassessment_statuses() -> Mapping[str, str]:
    """Return the words of a reassessment's stages."""
    return {
        ReassessmentStatus.REQUESTED.value: _("Asked for"),
        ReassessmentStatus.ANSWERED.value: _("Answered"),
        ReassessmentStatus.CANCELLED.value: _("Cancelled"),
    }


def band_chip(score: int | None) -> Chip | None:
    """Return a score and its band as a chip; None before the first assessment."""
    if not score:
        return None
    band = band_of(score)
    return Chip(f"{score} {band_words()[band]}", CHIP_KINDS[band])


def _rating(assessment: Mapping[str, Any] | None) -> str:
    if not assessment:
        return _("not assessed")
    return _(
        "likelihood %(likelihood)s, severity %(severity)s",
        likelihood=assessment["likelihood"],
        severity=assessment["severity"],
    )


def _score_text(row: RegisterRow) -> int | None:
    score: int | None = row.record.score
    return score


def _in_bands(values: Sequence[str], _now: object) -> ColumnElement[bool]:
    bounds = [BOUNDS[Band(value)] for value in values if value in set(Band)]
    return or_(*(Risk.score.between(least, most) for least, most in bounds))


def _band_options(_session: Session, _actor: Any) -> Sequence[Option]:
    return [Option(band.value, word) for band, word in band_words().items()]


def _category_options(_session: Session, _actor: Any) -> Sequence[Option]:
    return [Option(key, word) for key, word in category_words().items()]


def _risk_chips(_session: Session, risk: Risk) -> Sequence[Chip]:
    chip = band_chip(risk.score)
    about = Chip(category_words()[risk.category], "line")
    return (about,) if chip is None else (chip, about)


def _risk_facts(_session: Session, risk: Risk) -> Sequence[Fact]:
    facts = [
        Fact(_("Without controls"), _rating(risk.inherent)),
        Fact(_("With controls"), _rating(risk.residual)),
    ]
    if risk.next_review_on is not None:
        facts.append(Fact(_("Next review"), risk.next_review_on.strftime("%d %b %Y")))
    return facts


def _risk_sections(session: Session, risk: Risk) -> Sequence[Section]:
    parts = (
        (_("Because of"), risk.cause),
        (_("This may happen"), risk.event),
        (_("With this consequence"), risk.consequence),
        (_("Why it is assessed so"), risk.rationale),
    )
    history = tuple(
        Fact(
            one.assessed_at.strftime("%d %b %Y"),
            _rating({"likelihood": one.likelihood, "severity": one.severity}),
        )
        for one in baselines_of(session, risk.id)
    )
    sections = [Section(title, text) for title, text in parts if text]
    return [*sections, Section(_("How it was assessed over time"), facts=history)] if history else sections


def _reassessment_sections(session: Session, row: Reassessment) -> Sequence[Section]:
    triggers = session.scalars(
        select(ReassessmentTrigger)
        .where(ReassessmentTrigger.reassessment_id == row.id)
        .order_by(ReassessmentTrigger.id)
    )
    asked = tuple(
        Fact(
            one.record_number, one.reason or _("no reason given"), note=one.triggered_at.strftime("%d %b %Y")
        )
        for one in triggers
    )
    sections = [Section(_("What asked for it"), facts=asked)] if asked else []
    return [*sections, Section(_("The answer"), row.rationale)] if row.rationale else sections


def _reassessment_facts(_session: Session, row: Reassessment) -> Sequence[Fact]:
    return (
        Fact(_("Before"), str(row.former_score or _("not assessed"))),
        Fact(_("From here on"), _rating(row.assessment)),
    )


RISKS = Register(
    kind="risk",
    model=Risk,
    path="/risks",
    title=lambda: _("Risks and opportunities"),
    singular=lambda: _("Risk"),
    icon="shield-exclamation",
    columns=(
        *usual_columns(lambda status: risk_statuses().get(status, status)),
        RegisterColumn(
            "score",
            lambda: _("Score"),
            lambda row: band_chip(row.record.score),
            "chip",
            text=_score_text,
        ),
    ),
    filters=(
        *usual_filters(risk_statuses),
        RegisterFilter("band", lambda: _("Band is"), _band_options, _in_bands),
        RegisterFilter(
            "category",
            lambda: _("It is about"),
            _category_options,
            lambda values, _now: Risk.category.in_(values),
        ),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=risk_statuses,
    start_key="risk",
    start_label=lambda: _("Name a risk"),
    chips=_risk_chips,
    facts=_risk_facts,
    sections=_risk_sections,
)

REASSESSMENTS = Register(
    kind="reassessment",
    model=Reassessment,
    path="/reassessments",
    title=lambda: _("Reassessments"),
    singular=lambda: _("Reassessment"),
    icon="refresh",
    columns=usual_columns(lambda status: reassessment_statuses().get(status, status)),
    filters=usual_filters(reassessment_statuses),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=reassessment_statuses,
    facts=_reassessment_facts,
    sections=_reassessment_sections,
)
