"""Pages of acknowledgements: read and confirm, and who of an audience has."""

from __future__ import annotations

import secrets
from typing import cast

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import policy
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, QmsError
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.records.csv_export import table_lines
from app.records.routes import send_csv, send_stored
from app.records.service import FileUnseen
from app.training import confirming, readings
from app.training.quizzes import Answered
from app.training.reading_models import ReadingState
from app.training.reading_page import (
    answer_keys,
    audience_rows,
    chosen_options,
    reader_rows,
    reading_page,
    request_row,
)
from app.training.words import reading_words
from app.web.addresses import address
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, answer_with, read_form, typed_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform

READ = "training.read"
blueprint = Blueprint("acknowledgements", __name__, template_folder="templates")


@blueprint.get("/acknowledgements/<int:acknowledgement_id>")
@permission("training.own")
def page(acknowledgement_id: int) -> AnyResponse:
    """Show what is to be read, and the questions about it."""
    return _page(acknowledgement_id)


@blueprint.post("/acknowledgements/<int:acknowledgement_id>")
@permission("training.own")
def confirm(acknowledgement_id: int) -> AnyResponse:
    """Confirm that one has read and understood it."""
    actor = current_actor()
    found = readings.to_read(db.session(), actor.id, acknowledgement_id)
    questions = found.quiz.questions if found.quiz is not None else []
    try:
        answers = read_form(_confirmation(questions))
        token = request.form.get("_token", "")[:64] or secrets.token_urlsafe(16)
        given = confirming.Given(
            is_understood=answers["is_understood"],
            answered=Answered(chosen_options(questions, typed_answers()), token),
        )
        result = perform(actor.id, lambda uow: confirming.confirm(uow, actor.id, acknowledgement_id, given))
    except (Invalid, Conflict) as refusal:
        return _page(acknowledgement_id, refusal)
    return _told(acknowledgement_id, result)


@blueprint.get("/acknowledgements/<int:acknowledgement_id>/files/<int:file_id>")
@permission("training.own")
def file(acknowledgement_id: int, file_id: int) -> AnyResponse:
    """Send a file that is to be read."""
    session = db.session()
    reading = readings.to_read(session, current_actor().id, acknowledgement_id).reading
    stored = session.get(StoredFile, file_id)
    if stored is None or reading is None or all(one.file_id != file_id for one in reading.files):
        raise FileUnseen(_("There is no such file."))
    return send_stored(stored)


@blueprint.get("/training/readings")
@permission(READ)
def listing() -> str:
    """Show what audiences have to read, and how far they are."""
    rows = audience_rows(db.session(), current_actor(), clock.now())
    return render_template("training/readings.html", rows=rows)


@blueprint.get("/training/readings/<int:request_id>")
@permission(READ)
def audience(request_id: int) -> str:
    """Show who of an audience has acknowledged a revision."""
    session, now = db.session(), clock.now()
    line = readings.request_line(session, current_actor(), request_id, now)
    return render_template(
        "training/audience.html",
        row=request_row(line),
        readers=reader_rows(session, request_id, now),
        may_write=policy.can(current_actor(), "training.questions"),
    )


@blueprint.get("/training/readings/<int:request_id>.csv")
@permission(READ)
def audience_csv(request_id: int) -> Response:
    """Send the audience of a revision as a table."""
    session = db.session()
    line = readings.request_line(session, current_actor(), request_id, clock.now())
    words = reading_words()
    head = (_("Who"), _("Site"), _("State"), _("Until"), _("When"), _("Score"), _("Attempts"))
    rows = [
        (one.name, one.site, words[one.state], one.due_at, one.closed_at, one.score, one.attempts)
        for one in readings.readers_of(session, request_id)
    ]
    return send_csv(f"acknowledgements-{line.id}", table_lines(head, rows))


def _confirmation(questions: list[dict[str, object]]) -> FormSchema:
    answers = {key: fields.Str() for key in answer_keys(questions)}
    schema = FormSchema.from_dict({"is_understood": fields.Bool(load_default=False), **answers})
    return cast("FormSchema", schema())


def _told(acknowledgement_id: int, result: confirming.Result) -> AnyResponse:
    here = address("acknowledgements.page", acknowledgement_id=acknowledgement_id)
    if result.state is ReadingState.DONE:
        tell_done(_("Thank you. It is acknowledged."), _score_words(result))
        return redirect_303(address("training.page"))
    if result.state is ReadingState.FAILED:
        tell_refused(_("Your attempts are used up."), _("Your manager knows and will talk to you."))
    else:
        tell_refused(_("Not enough answers were right."), _score_words(result) + " " + _("Read it again."))
    return redirect_303(here)


def _score_words(result: confirming.Result) -> str:
    return "" if result.score is None else _("%(score)s %% of your answers were right.", score=result.score)


def _page(acknowledgement_id: int, refusal: QmsError | None = None) -> AnyResponse:
    session, actor = db.session(), current_actor()
    found = readings.to_read(session, actor.id, acknowledgement_id)
    shown = reading_page(session, actor, found, typed_answers() if refusal else {})
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    text = Markup(shown.html)  # noqa: S704  cleaned by the domain that gave it, see the port `reading`
    drawn = render_template(
        "training/acknowledgement.html",
        page=shown,
        text=text,
        token=secrets.token_urlsafe(16),
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)
