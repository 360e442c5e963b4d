"""The words of reading and learning. Functions, because each reader has a language."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.i18n import gettext as _
from app.training.models import ItemKind
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
