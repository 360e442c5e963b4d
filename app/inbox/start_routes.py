"""The start catalogue and the forms that begin something: look, fill in, keep a draft, send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import policy
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.inbox import service
from app.inbox.posts import attached_files, refuse
from app.inbox.start_page import (
    asked_answers,
    draft_answers,
    first_words,
    saved_words,
    start_groups,
    start_tiles,
)
from app.inbox.task_routes import fresh_token, kept_files, take_uploads
from app.records.urls import record_url
from app.web.flashes import tell_done
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.reader import current_reader
from app.web.redirects import redirect_303
from app.workflow import start_drafts
from app.workflow.definitions import Definition, current
from app.workflow.form_contexts import start_context
from app.workflow.forms import FormDefinition
from app.workflow.forms.posting import parse_post, row_wish
from app.workflow.forms.presentation import carry_on, initial_answers, present
from app.workflow.lifecycle import Lifecycle, registry

blueprint = Blueprint("start", __name__)


class NothingToStart(NotFound):
    """There is nothing of that name to start, or not for this person."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a start form shows.

    Shape: `saved` says when the draft was kept, empty when there is none; `is_restored` tells that the
    answers are those of the draft.
    """

    answers: dict[str, Any]
    token: str
    refusal: Invalid | None = None
    saved: str = ""
    is_restored: bool = False


@blueprint.get("/start", endpoint="page")
@permission("start.read")
def catalogue() -> str:
    """Show what can be started, by intent, narrowed by a few words."""
    text = " ".join(request.args.get("q", "").split())[:80]
    drafts = {one.definition_key: one.saved_at for one in start_drafts.all_of(db.session(), current_actor())}
    kept = {key: saved_words(at, current_reader(), clock.now()) for key, at in drafts.items()}
    groups = start_groups(start_tiles(current_actor(), text, drafts=kept))
    return render_template("inbox/start.html", groups=groups, text=text)


@blueprint.get("/start/<key>")
@permission("start.read")
def form(key: str) -> str:
    """Show a start form with the person's draft, unless the address carries first answers of its own."""
    lifecycle, definition, form = _startable(key)
    actor = current_actor()
    context = start_context(db.session(), actor, clock.now())
    asked = asked_answers(form, request.args)
    draft = start_drafts.find(db.session(), key, actor)
    saved = saved_words(draft.saved_at, current_reader(), clock.now()) if draft else ""
    if draft is None or asked:
        fresh = initial_answers(form, context) | asked
        return _page(lifecycle, definition, _Sheet(fresh, fresh_token(), saved=saved))
    kept = carry_on(form, draft_answers(form, draft.answers), context)
    return _page(lifecycle, definition, _Sheet(kept, fresh_token(), saved=saved, is_restored=True))


@blueprint.post("/start/<key>")
@permission("start.read")
def begin(key: str) -> str | tuple[str, int] | Response:
    """Start with the answers; a refused form comes back as it was typed."""
    lifecycle, definition, form = _startable(key)
    actor, token = current_actor(), _token()
    post = request.form.to_dict(flat=False)
    uploaded, problems = take_uploads(actor)
    answers = parse_post(form, post, attached=attached_files(post, uploaded))
    if row_wish(post) is not None:
        return _page(lifecycle, definition, _Sheet(answers, token))
    try:
        refuse(problems)
        started = service.start_record(actor, key, form, answers, token)
    except Invalid as refusal:
        return _page(lifecycle, definition, _Sheet(answers, token, refusal)), 422
    tell_done(_("Thank you. It is on its way."), first_words(definition))
    return redirect_303(record_url(started.record_kind, started.record_id))


@blueprint.post("/start/<key>/draft")
@permission("start.read")
def draft(key: str) -> Response:
    """Keep what was typed so far; it is there again after a lost login, and on another device."""
    _lifecycle, _definition, form = _startable(key)
    actor = current_actor()
    post = request.form.to_dict(flat=False)
    answers = parse_post(form, post, attached=attached_files(post, {}))
    foreign = sorted(answers.keys() - form.by_key().keys())
    refuse([Problem(key, "unknown", _("This form has no field of this name.")) for key in foreign])
    with unit_of_work(actor.id) as uow:
        start_drafts.keep(uow, key, actor, answers, form_token=_token())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(version=None)
    tell_done(_("Your draft is kept."))
    return redirect_303(url_for("start.form", key=key))


@blueprint.post("/start/<key>/draft/drop")
@permission("start.read")
@asks_for()
def drop_draft(key: str) -> Response:
    """Forget the draft and begin afresh."""
    _startable(key)
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        start_drafts.drop(uow, key, actor)
    return redirect_303(url_for("start.form", key=key))


@blueprint.post("/start/<key>/form")
@permission("start.read")
def recheck(key: str) -> str:
    """Draw the fields again for the answers so far."""
    _lifecycle, _definition, form = _startable(key)
    post = request.form.to_dict(flat=False)
    answers = parse_post(form, post, attached=attached_files(post, {}))
    context = start_context(db.session(), current_actor(), clock.now())
    view = present(form, answers, context)
    return render_template("inbox/answers.html", form=view, kept_files=kept_files(view))


def _token() -> str:
    return request.form.get("_token", "")[:64]


def _startable(key: str) -> tuple[Lifecycle, Definition, FormDefinition]:
    """Return what can be started, its version in force, and the form it starts with."""
    known = {one.key: one for one in registry.all() if one.start is not None}
    lifecycle = known.get(key)
    actor = current_actor()
    if lifecycle is None or lifecycle.start is None or not policy.can(actor, lifecycle.start.permission):
        raise NothingToStart(_("There is nothing of that name to start."))
    definition = current(db.session(), key)
    return lifecycle, definition, definition.forms[definition.compiled.start_id]


def _page(lifecycle: Lifecycle, definition: Definition, sheet: _Sheet) -> str:
    context = start_context(db.session(), current_actor(), clock.now())
    refusal = sheet.refusal
    form = definition.forms[definition.compiled.start_id]
    view = present(form, sheet.answers, context, problems=refusal.problems if refusal else ())
    return render_template(
        "inbox/start_form.html",
        entry=lifecycle.start,
        key=lifecycle.key,
        form=view,
        kept_files=kept_files(view),
        sheet=sheet,
        next_words=first_words(definition),
    )
