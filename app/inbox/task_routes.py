"""Pages and acts of one task: look, fill in, keep a draft, complete, claim, give back, hand on."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, current_app, jsonify, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import fields
from werkzeug.wrappers import Response

from app.accounts.actor import Actor
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, Problem, QmsError, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.inbox import service
from app.inbox.posts import attached_files, keep_uploads, refuse
from app.inbox.signing_routes import proven, was_shown
from app.inbox.task_page import (
    Typed,
    form_of,
    kept_files,
    live_form,
    live_statement,
    subject_of,
    task_page,
)
from app.inbox.task_signing import with_challenge
from app.records.routes import receive_upload
from app.trail.challenges import SignatureRefused, Why
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, asks_for, read_form
from app.web.guards import current_actor, permission
from app.web.reader import current_reader
from app.web.redirects import is_own_address, next_address, redirect_303
from app.workflow import tasks
from app.workflow.completion import Attempt, StalePage
from app.workflow.forms.posting import parse_post, row_wish
from app.workflow.signing import asked_of
from app.workflow.spots import Spot
from app.workflow.tasks import is_open

TASK = "inbox/task.html"
LOOK_AGAIN = frozenset({Why.EXPIRED, Why.RECORD_CHANGED})  # the page says it, with the answers still there

blueprint = Blueprint("inbox", __name__, template_folder="templates")

__all__ = ["blueprint", "fresh_token", "kept_files", "take_uploads"]


class HandOnForm(FormSchema):
    """Who gets the task, and why."""

    person = fields.Int(required=True)
    reason = fields.Str(required=True)


@blueprint.get("/tasks/<int:task_id>")
@permission("inbox.read")
def task(task_id: int) -> str:
    """Show a task: the form, or who did it and when."""
    return _page(task_id, fresh_token())


@blueprint.get("/tasks/<int:task_id>/brief")
@permission("inbox.read")
def brief(task_id: int) -> str:
    """Show a task beside the list; `list` holds the list's filters, to come back to."""
    came_from = inbox_address(request.args.get("list", ""))
    return _page(task_id, fresh_token(), template="inbox/brief.html", came_from=came_from)


@blueprint.post("/tasks/<int:task_id>/complete")
@permission("tasks.work")
def complete(task_id: int) -> str | Response:
    """Complete a task and go on to the next; a refused form comes back as it was typed."""
    actor, token = current_actor(), request.form.get("_token", "")[:64]
    step = _posted_step(actor, task_id)
    post = request.form.to_dict(flat=False)
    uploaded, problems = take_uploads(actor)
    answers = parse_post(step.form, post, attached=attached_files(post, uploaded))
    if row_wish(post) is not None:
        return _page(task_id, token, Typed(answers))
    try:
        refuse(problems)
        signing = proven(actor) if step.signature else None
        attempt = Attempt(answers, token, _posted_version(), signing)
        done = service.finish_task(actor, task_id, attempt, step)
    except Invalid as refusal:
        page = _page(task_id, token, Typed(answers, refusal.problems), refusal)
        return answer_with(page, refusal)
    except SignatureRefused as refusal:
        if refusal.why not in LOOK_AGAIN:
            raise
        _keep_draft(actor, task_id, answers)
        return answer_with(_page(task_id, fresh_token(), Typed(answers), refusal), refusal)
    except (Conflict, Refused) as refusal:
        if not was_shown(actor, task_id):
            service.seen_task(db.session(), actor, task_id)  # who may not know of it learns no name
        if isinstance(refusal, StalePage):
            _keep_draft(actor, task_id, answers)
        raise
    tell_done(_("“%(task)s” is done.", task=done.title), done.sentence)
    return redirect_303(_after(done.next_task_id))


@blueprint.post("/tasks/<int:task_id>/draft")
@permission("tasks.work")
def draft(task_id: int) -> Response:
    """Keep what was typed so far; it is there again after a lost login, and on another device."""
    actor = current_actor()
    found, _record = service.seen_task(db.session(), actor, task_id)
    form = form_of(db.session(), found)
    post = request.form.to_dict(flat=False)
    answers = parse_post(form, post, attached=attached_files(post, {}))
    foreign = sorted(answers.keys() - form.by_key().keys())
    refuse([Problem(key, "unknown", _("This form has no field of this name.")) for key in foreign])
    version = _keep_draft(actor, task_id, answers)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(version=version)
    tell_done(_("Your draft is kept."))
    return redirect_303(url_for("inbox.task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/form")
@permission("tasks.work")
def recheck(task_id: int) -> str:
    """Draw the fields again for the answers so far: what conditions show and computations give."""
    actor = current_actor()
    found = service.seen_task(db.session(), actor, task_id)
    post = request.form.to_dict(flat=False)
    answers = parse_post(form_of(db.session(), found[0]), post, attached=attached_files(post, {}))
    it = subject_of(db.session(), actor, found, current_reader(), clock.now())
    view = live_form(it, answers)
    return render_template(
        "inbox/recheck.html", form=view, kept_files=kept_files(view), said=live_statement(it, answers)
    )


@blueprint.post("/tasks/<int:task_id>/claim")
@permission("tasks.work")
@asks_for()
def claim(task_id: int) -> Response:
    """Take a task offered to one's group."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        service.seen_task(uow.session, actor, task_id)
        tasks.claim(uow, task_id, actor)
    return redirect_303(next_address(url_for("inbox.task", task_id=task_id)))


@blueprint.post("/tasks/<int:task_id>/release")
@permission("tasks.work")
@asks_for()
def release(task_id: int) -> Response:
    """Give a task back to its group."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        service.seen_task(uow.session, actor, task_id)
        title = tasks.release(uow, task_id, actor).title
    tell_done(_("“%(task)s” is with your group again.", task=title))
    return redirect_303(url_for("inbox.page"))


@blueprint.post("/tasks/<int:task_id>/hand-on")
@permission("tasks.work")
def hand_on(task_id: int) -> Response:
    """Give a task to somebody else, with a reason."""
    actor, answers = current_actor(), read_form(HandOnForm())
    with unit_of_work(actor.id) as uow:
        title = service.give(uow, actor, task_id, answers["person"], answers["reason"]).title
    tell_done(_("“%(task)s” was handed on.", task=title))
    return redirect_303(url_for("inbox.page"))


def fresh_token() -> str:
    """Return the mark of one rendering of a form, by which a second press is recognised."""
    return secrets.token_urlsafe(16)


def inbox_address(query: str) -> str:
    """Return the address of the inbox with the filters of a list, without the task it showed."""
    pairs = [(key, value) for key, value in parse_qsl(query)[:10] if key not in {"task", "after"}]
    return url_for("inbox.page") + (f"?{urlencode(pairs)}" if pairs else "")


def take_uploads(actor: Actor) -> tuple[dict[str, list[str]], list[Problem]]:
    """Store the files that came with the request; return their ids by field, and what was refused."""
    uploads = [
        (name, partial(receive_upload, one, actor))
        for name, one in request.files.items(multi=True)
        if one.filename
    ]
    return keep_uploads(actor, uploads) if uploads else ({}, [])


def _page(
    task_id: int,
    token: str,
    typed: Typed | None = None,
    refusal: QmsError | None = None,
    *,
    template: str = TASK,
    came_from: str = "",
) -> str:
    actor, session = current_actor(), db.session()
    found = service.seen_task(session, actor, task_id)
    asked = asked_of(session, actor, found[0]) if is_open(found[0]) else None
    is_signed, asked = asked is not None, asked if template == TASK else None
    it = subject_of(session, actor, found, current_reader(), clock.now())
    shown = task_page(it, token=token, typed=typed, asked=asked)
    if asked is not None and shown.signature is not None:
        shown = replace(shown, signature=with_challenge(shown.signature, asked))
    mark = _serializer().dumps(shown.form_key)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    return render_template(
        template,
        page=shown,
        refusal=refusal,
        problems=problems,
        form_mark=mark,
        came_from=came_from or _posted_list(),
        is_signed=is_signed,
    )


def _posted_list() -> str:
    """Return the inbox that the form was filled in beside, empty when it stood on a page of its own."""
    target = request.form.get("_from", "")
    if not target or not is_own_address(target):
        return ""
    inbox = url_for("inbox.page")
    return target if target == inbox or target.startswith(f"{inbox}?") else ""


def _after(next_task_id: int | None) -> str:
    """Return where to go on: the next task, beside the list where this one was done there."""
    came_from = _posted_list()
    if next_task_id is None:
        return came_from or url_for("inbox.page")
    if not came_from:
        return url_for("inbox.task", task_id=next_task_id)
    return f"{came_from}{'&' if '?' in came_from else '?'}task={next_task_id}"


def _posted_step(actor: Actor, task_id: int) -> service.Step:
    """Return the step whose form was posted. The page's signed mark spares reading the task twice.

    The act itself reads the task and judges the answers by its own form, so the mark decides nothing.
    """
    try:
        version_id, element_id, call_id = _serializer().loads(request.form.get("_form", ""))
        spot = Spot(element_id, call_id)
    except BadData:
        found, _record = service.seen_task(db.session(), actor, task_id)
        version_id, spot = found.definition_version_id, found.spot
    return service.step_of(db.session(), version_id, spot)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="keel.task-form")


def _keep_draft(actor: Actor, task_id: int, answers: dict[str, object]) -> int:
    with unit_of_work(actor.id) as uow:
        return tasks.save_draft(uow, task_id, actor, answers).row_version


def _posted_version() -> int:
    posted = request.form.get("_version", "")
    return int(posted) if posted.isdecimal() and len(posted) < 10 else 0
