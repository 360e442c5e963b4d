"""The words of reading and learning. Functions, because each reader has a language."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.i18n import gettext as _
from app.training.models import ItemKind, Origin, TrainingStatus
from app.training.reading_models import ReadingState


def reading_words() -> Mapping[ReadingState, str]:
    """Return the words for where an acknowledgement stands."""
    return {
        ReadingState.OPEN: _("To be read"),
        ReadingState.DONE: _("Acknowledged"),
        ReadingState.FAILED: _("Not understood"),
        ReadingState.WITHDRAWN: _("Not asked any longer"),
    }


def level_words() -> Mapping[int, str]:
    """Return the words of the five levels of a skill."""
    return {
        1: _("Novice"),
        2: _("Advanced beginner"),
        3: _("Competent"),
        4: _("Proficient"),
        5: _("Expert"),
    }


def kind_words() -> Mapping[str, str]:
    """Return the words for how something is learned."""
    return {
        ItemKind.READ.value: _("Reading"),
        ItemKind.COURSE.value: _("Course"),
        ItemKind.ON_THE_JOB.value: _("On the job"),
        ItemKind.EXAM.value: _("Examination"),
    }


def training_statuses() -> Mapping[str, str]:
    """Return the words of a training's stages."""
    return {
        TrainingStatus.REQUESTED.value: _("Asked for"),
        TrainingStatus.ASSIGNED.value: _("To be done"),
        TrainingStatus.TO_ASSESS.value: _("To be assessed"),
        TrainingStatus.FAILED_ONCE.value: _("To be repeated"),
        TrainingStatus.TO_DECIDE.value: _("Failed, to be decided"),
        TrainingStatus.COMPLETED.value: _("Passed"),
        TrainingStatus.EFFECTIVE.value: _("Passed, and it works"),
        TrainingStatus.NOT_EFFECTIVE.value: _("Passed, but it does not work"),
        TrainingStatus.FAILED.value: _("Failed"),
        TrainingStatus.WAIVED.value: _("Waived"),
        TrainingStatus.NOT_NEEDED.value: _("Not needed"),
        TrainingStatus.CANCELLED.value: _("Cancelled"),
    }


def origin_words() -> Mapping[str, str]:
    """Return the words for why somebody is trained."""
    return {
        Origin.REQUEST.value: _("Asked for"),
        Origin.GAP.value: _("A gap in the matrix"),
        Origin.CAPA.value: _("An action of a CAPA"),
        Origin.DOCUMENT.value: _("A changed document"),
        Origin.EXPIRY.value: _("A qualification ends"),
        Origin.FINDING.value: _("An audit finding"),
        Origin.NOT_EFFECTIVE.value: _("A training that did not work"),
    }
