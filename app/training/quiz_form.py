"""The form of questions: one row for each, its right and its wrong answers one on a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.training.quizzes import MOST_QUESTIONS, QUESTION_LENGTH, QuizOrder
from app.training.reading_models import Quiz
from app.web.fields import ROW_PLACE, FieldView

QUESTIONS, PASS_SCORE, VERSION = "questions", "pass_score", "row_version"
_PARTS = ("text", "right", "wrong")
_LONGEST = 5_000


class QuizFormInvalid(Invalid):
    """The form does not hold what a quiz asks for."""


def answers_of(quiz: Quiz | None) -> dict[str, Any]:
    """Return a quiz as its form shows it."""
    if quiz is None:
        return {QUESTIONS: [{}], PASS_SCORE: "", VERSION: "0"}
    return {
        QUESTIONS: [
            {
                "text": one["text"],
                "right": _lines(one, is_right=True),
                "wrong": _lines(one, is_right=False),
            }
            for one in quiz.questions
        ],
        PASS_SCORE: str(quiz.pass_score or ""),
        VERSION: str(quiz.row_version),
    }


def order_of(answers: Mapping[str, Any]) -> tuple[QuizOrder, int]:
    """Return what the form says, and the version it was written on. Errors: QuizFormInvalid."""
    problems = [_unknown(key) for key in answers.keys() - {QUESTIONS, PASS_SCORE, VERSION}]
    rows = answers.get(QUESTIONS) or []
    rows = rows if isinstance(rows, list) else []
    problems += [
        _unknown(key) for row in rows for key in (row if isinstance(row, dict) else {}).keys() - set(_PARTS)
    ]
    score, version = answers.get(PASS_SCORE) or "", answers.get(VERSION) or "0"
    if not (isinstance(score, str) and (not score or (score.isdecimal() and len(score) < 4))):
        problems.append(Problem(PASS_SCORE, "format", _("Write a whole number from 1 to 100.")))
    if not (isinstance(version, str) and version.isdecimal() and len(version) < 10):
        problems.append(Problem(VERSION, "format", _("This cannot be read.")))
    if problems:
        raise QuizFormInvalid(_("The form was not accepted."), sorted(problems, key=lambda one: one.where))
    questions = [_question(row) for row in rows if isinstance(row, dict) and _is_filled(row)]
    return QuizOrder(questions, int(score) if score else None), int(version)


def quiz_fields(
    answers: Mapping[str, Any], house_score: int, problems: Sequence[Problem] = ()
) -> tuple[FieldView, ...]:
    """Return the fields of the form with what stands in them."""
    rows = [row for row in answers.get(QUESTIONS) or () if isinstance(row, dict)]
    wrong: dict[int, str] = {}
    for problem in problems:
        place = problem.where.removeprefix("question-")
        if place.isdecimal():
            wrong.setdefault(int(place), problem.sentence)
    shown = tuple(_row(number, row, wrong.get(number, "")) for number, row in enumerate(rows))
    return (
        FieldView(
            QUESTIONS,
            "keel-rows",
            _("Questions"),
            rows=shown,
            blank=_row(ROW_PLACE, {}),
            most=MOST_QUESTIONS,
            help=_("Several right answers mean: all of them must be ticked."),
        ),
        FieldView(
            PASS_SCORE,
            "textfield",
            _("Percent of right answers that passes"),
            answers.get(PASS_SCORE) or "",
            help=_("Left empty, %(score)s %% pass, as the settings say.", score=house_score),
            errors=tuple(one.sentence for one in problems if one.where == PASS_SCORE),
            limits={"inputmode": "numeric", "maxlength": 3},
        ),
    )


def _row(place: int | str, row: Mapping[str, Any], error: str = "") -> tuple[FieldView, ...]:
    base = f"{QUESTIONS}.{place}"
    asked = FieldView(
        f"{base}.text", "textfield", _("Question"), row.get("text", ""), limits={"maxlength": QUESTION_LENGTH}
    )
    return (
        replace(asked, errors=(error,) if error else ()),
        FieldView(
            f"{base}.right",
            "textarea",
            _("Right answers, one on a line"),
            row.get("right", ""),
            limits={"rows": 2},
        ),
        FieldView(
            f"{base}.wrong",
            "textarea",
            _("Wrong answers, one on a line"),
            row.get("wrong", ""),
            limits={"rows": 3},
        ),
    )


def _lines(question: Mapping[str, Any], *, is_right: bool) -> str:
    return "\n".join(one["text"] for one in question["options"] if bool(one.get("is_right")) is is_right)


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    options = [{"text": line, "is_right": True} for line in _split(row.get("right"))]
    options += [{"text": line, "is_right": False} for line in _split(row.get("wrong"))]
    return {"text": str(row.get("text") or ""), "options": options}


def _split(text: object) -> list[str]:
    return [line.strip() for line in str(text or "")[:_LONGEST].splitlines() if line.strip()]


def _is_filled(row: Mapping[str, Any]) -> bool:
    return any(str(row.get(part) or "").strip() for part in _PARTS)


def _unknown(key: str) -> Problem:
    return Problem(key, "unknown", _("This form has no field of this name."))
