"""The words of the process map: kinds, gaps, vacancies, reaches, statuses."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.i18n import gettext as _
from app.process_map.models import Direction, Origin, Reach, ReviewStatus
from app.process_map.rules import Gap, Vacancy


def gap_words() -> Mapping[Gap, str]:
    """Return what a process lacks, in short words."""
    return {
        Gap.OWNER: _("Nobody owns this process"),
        Gap.MEASURE: _("Nothing measures this process"),
        Gap.RISK: _("No risk is linked to this process"),
        Gap.REVIEW_MISSING: _("No next review is planned"),
        Gap.REVIEW_PAST: _("The review of this process is overdue"),
    }


def vacancy_words() -> Mapping[Vacancy, str]:
    """Return why a role counts as vacant."""
    return {
        Vacancy.NOBODY: _("Nobody holds it"),
        Vacancy.ABSENT: _("Away, and nobody stands in"),
        Vacancy.ENDS_SOON: _("Ends within 30 days"),
    }


def direction_words() -> Mapping[str, str]:
    """Return which way a measure is good."""
    return {Direction.AT_LEAST.value: _("at least"), Direction.AT_MOST.value: _("at most")}


def origin_words() -> Mapping[str, str]:
    """Return where an issue comes from."""
    return {Origin.INTERNAL.value: _("Internal"), Origin.EXTERNAL.value: _("External")}


def reach_words() -> Mapping[str, str]:
    """Return where somebody must hold a required role."""
    return {
        Reach.ORGANISATION.value: _("Once, for all sites"),
        Reach.EVERY_SITE.value: _("At every site"),
        Reach.EVERY_PROCESS.value: _("For every process"),
        Reach.SITE.value: _("At one site"),
        Reach.PROCESS.value: _("For one process"),
    }


def review_words() -> Mapping[str, str]:
    """Return where a review of the context stands."""
    return {
        ReviewStatus.OPEN.value: _("Under review"),
        ReviewStatus.TO_SIGN.value: _("To be signed off"),
        ReviewStatus.REVIEWED.value: _("Signed off"),
        ReviewStatus.CANCELLED.value: _("Cancelled"),
    }
