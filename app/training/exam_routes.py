"""The page on which somebody answers the questions of their training."""

from __future__ import annotations

import secrets
from typing import cast

from flask import Blueprint, render_template, request
from marshmallow import fields
from werkzeug.wrappers import Response

from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.records.visibility import get_visible
from app.training import exams
from app.training.quizzes import Answered
from app.training.reading_page import answer_keys, chosen_options, question_views
from app.training.training_models import TrainingRecord
from app.web.addresses import address
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, answer_with, read_form, typed_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

blueprint = Blueprint("exams", __name__, template_folder="templates")


@blueprint.get("/trainings/<int:training_id>/questions")
@permission("training.own")
def page(training_id: int) -> Response:
    """Show the questions of one's own training; whoever else sees it is led back to it."""
    actor = current_actor()
    row = get_visible(db.session(), actor, training_id)
    if isinstance(row, TrainingRecord) and row.person_id != actor.id:
        tell_refused(_("Only the person who learns answers the questions."))
        return redirect_303(address("training_record.page", record_id=training_id))
    return _page(training_id)


@blueprint.post("/trainings/<int:training_id>/questions")
@permission("training.own")
def answer(training_id: int) -> Response:
    """Answer the questions; that finishes the step."""
    actor = current_actor()
    exam = exams.exam_of(db.session(), actor.id, training_id)
    questions = exam.quiz.questions
    try:
        read_form(
            cast("FormSchema", FormSchema.from_dict({key: fields.Str() for key in answer_keys(questions)})())
        )
        token = request.form.get("_token", "")[:64] or secrets.token_urlsafe(16)
        answered = Answered(chosen_options(questions, typed_answers()), token)
        result = perform(actor.id, lambda uow: exams.answer(uow, actor, training_id, answered))
    except Invalid as refusal:
        return _page(training_id, refusal)
    score = _("%(score)s %% of your answers were right.", score=result.score)
    if result.is_passed:
        tell_done(_("You have passed. The matrix shows it."), score)
    else:
        tell_refused(_("Not enough answers were right."), score)
    return redirect_303(address("training_record.page", record_id=training_id))


def _page(training_id: int, refusal: QmsError | None = None) -> Response:
    exam = exams.exam_of(db.session(), current_actor().id, training_id)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    drawn = render_template(
        "training/exam.html",
        row=exam.row,
        questions=question_views(exam.quiz.questions, typed_answers() if refusal else {}, seed=exam.row.id),
        token=secrets.token_urlsafe(16),
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)
