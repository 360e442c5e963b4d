"""Pure rules of acknowledgement and competence: shares, scores, what is missing and what lapses when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def is_quota_reached(done: int, required: int, percent: int) -> bool:
    """Tell whether enough of an audience has acknowledged; nobody asked counts as enough.

    Units: `percent` 0 to 100. Source: lifecycles 4.3 and 5.5; 95 % is house practice.
    """
    return done * 100 >= required * percent


def score_of(questions: Sequence[Mapping[str, Any]], answers: Sequence[Sequence[int]]) -> int:
    """Return the percentage of questions answered right, rounded down; a question is right as a whole.

    Shape: each question has `options` with `is_right`; `answers` name the chosen options of each by number.
    Without questions everything is right.
    """
    if not questions:
        return 100
    right = sum(
        set(answers[number] if number < len(answers) else ()) == right_options(question)
        for number, question in enumerate(questions)
    )
    return right * 100 // len(questions)


def right_options(question: Mapping[str, Any]) -> set[int]:
    """Return the numbers of the right options of a question."""
    return {number for number, option in enumerate(question["options"]) if option.get("is_right")}


def attempts_left(attempts: int, most: int, more: int) -> int:
    """Return how often somebody may still try. Shape: `more` were granted beyond the limit."""
    return max(most + more - attempts, 0)
