"""The page on which authors and trainers write the questions about a revision or a training item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import unit_of_work
from app.training import quizzes
from app.training.confirming import ReadingUnknown
from app.training.items import item_of
from app.training.quiz_form import answers_of, order_of, quiz_fields
from app.training.reading_models import AcknowledgementRequest, Quiz, QuizSubject
from app.training.settings import PASS_SCORE
from app.web.addresses import address
from app.web.fields import apply_row_command, read_answers, row_command
from app.web.flashes import tell_done
from app.web.forms import answer_with
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

WRITE = "training.questions"
blueprint = Blueprint("quizzes", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class About:
    """What the questions are about, and where one comes from."""

    kind: QuizSubject
    key: str
    title: str
    home: str
    site_id: int | None


@blueprint.get("/training/readings/<int:request_id>/questions")
@permission(WRITE)
def of_reading(request_id: int) -> Response:
    """Show the questions about a revision."""
    about = _reading(request_id)
    return _form(about, answers_of(_quiz(db.session(), about)))


@blueprint.post("/training/readings/<int:request_id>/questions")
@permission(WRITE)
def keep_of_reading(request_id: int) -> Response:
    """Keep the questions about a revision."""
    return _keep(_reading(request_id))


@blueprint.get("/training/items/<int:item_id>/questions")
@permission(WRITE)
def of_item(item_id: int) -> Response:
    """Show the questions about a training item."""
    about = _item(item_id)
    return _form(about, answers_of(_quiz(db.session(), about)))


@blueprint.post("/training/items/<int:item_id>/questions")
@permission(WRITE)
def keep_of_item(item_id: int) -> Response:
    """Keep the questions about a training item."""
    return _keep(_item(item_id))


def _item(item_id: int) -> About:
    row = item_of(db.session(), item_id)
    home = address("training_items.page", item_id=row.id)
    return About(QuizSubject.ITEM, str(row.id), row.name, home, None)


def _reading(request_id: int) -> About:
    session = db.session()
    row = session.get(AcknowledgementRequest, request_id)
    if row is None:
        raise ReadingUnknown(_("There is no such page, or it is not for you to see."))
    policy.require(current_actor(), WRITE, Scope(site_id=row.site_id) if row.site_id else None)
    home = address("acknowledgements.audience", request_id=row.id)
    return About(QuizSubject.READING, row.revision_key, f"{row.number} {row.title}", home, row.site_id)


def _keep(about: About) -> Response:
    answers = read_answers(request.form.items(multi=True))
    command = row_command(request.form)
    if command is not None:
        return _form(about, apply_row_command(answers, command))
    try:
        order, version = order_of(answers)
        with unit_of_work(current_actor().id) as uow:
            quizzes.keep_quiz(uow, about.kind, about.key, order, row_version=version)
    except (Invalid, Conflict) as refusal:
        return _form(about, answers, refusal)
    tell_done(_("The questions are kept."), _("Answers given before keep the questions of their day."))
    return redirect_303(about.home)


def _quiz(session: Session, about: About) -> Quiz | None:
    return quizzes.kept_quiz(session, about.kind, about.key)


def _form(about: About, answers: Mapping[str, Any], refusal: QmsError | None = None) -> Response:
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    house = value_of(db.session(), PASS_SCORE, about.site_id)
    page = render_template(
        "training/questions.html",
        about=about,
        fields=quiz_fields(answers, house, problems),
        row_version=answers.get("row_version") or "0",
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)
