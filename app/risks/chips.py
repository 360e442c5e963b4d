"""Scores, bands and acceptances as chips, and ratings in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.risks.models import Risk, RiskKind
from app.risks.rules import Band, band_of
from app.risks.words import acceptance_statuses, band_words, gain_words
from app.web.parts import Chip

CHIP_KINDS = {Band.LOW: "low", Band.MEDIUM: "med", Band.HIGH: "high", Band.UNACCEPTABLE: "max"}
GAIN_KINDS = {Band.LOW: "line", Band.MEDIUM: "note", Band.HIGH: "accent", Band.UNACCEPTABLE: "ok"}
ACCEPTANCE_KINDS = {"accepted": "ok", "rejected": "bad", "revoked": "warn", "expired": "warn"}


def band_chip(score: int | None, kind: str = RiskKind.RISK.value) -> Chip | None:
    """Return a score and its band as a chip, in words of risk or gain; None before the assessment."""
    if not score:
        return None
    band = band_of(score)
    if kind == RiskKind.OPPORTUNITY.value:
        return Chip(f"{score} {gain_words()[band]}", GAIN_KINDS[band])
    return Chip(f"{score} {band_words()[band]}", CHIP_KINDS[band])


def acceptance_chip(risk: Risk) -> Chip | None:
    """Return where the acceptance of a risk stands, with its last day; None when nobody asked for one."""
    status = risk.acceptance_status
    if status is None:
        return None
    word = _("Acceptance: %(word)s", word=acceptance_statuses()[status].lower())
    if risk.accepted_until:
        word = _("Accepted to %(day)s", day=written_day(risk.accepted_until))
    return Chip(word, ACCEPTANCE_KINDS.get(status, "note"))


def rating(assessment: Mapping[str, Any] | None) -> str:
    """Return likelihood and severity in words."""
    if not assessment:
        return _("not assessed")
    return _(
        "likelihood %(likelihood)s, severity %(severity)s",
        likelihood=assessment["likelihood"],
        severity=assessment["severity"],
    )
