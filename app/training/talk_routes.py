"""Pages of talks: record one, put people on its list, and let each confirm at a shared terminal."""

from __future__ import annotations

from flask import Blueprint, render_template
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, Problem, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.training import talks
from app.training.readings import request_line
from app.training.talk_page import listener_fields, talk_fields, talk_page, talk_rows, talk_url
from app.web.fields import FieldView
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, answer_with, asks_for, id_answer, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.web.sessions import address_of_request, current_passwords
from app.workflow.acts import perform

blueprint = Blueprint("talks", __name__, url_prefix="/training/talks", template_folder="templates")


class TalkForm(FormSchema):
    """A talk that was held."""

    title = fields.Str(required=True, validate=validate.Length(max=200))
    held_on = fields.Date(required=True)
    site_id = id_answer(required=True)
    trainer_id = id_answer(required=True)
    request_id = id_answer(load_default=None)
    item_id = id_answer(load_default=None)
    skill_id = id_answer(load_default=None)
    level = fields.Int(load_default=None, validate=validate.Range(1, 5))


class ListenerForm(FormSchema):
    """Whom to put on the list."""

    role = fields.Str(load_default=None, validate=validate.OneOf(list(Role)))
    person_id = id_answer(load_default=None)


class ConfirmForm(FormSchema):
    """Somebody on the list, and their PIN."""

    person_id = id_answer(required=True)
    pin = fields.Str(required=True, validate=validate.Length(max=40))


@blueprint.get("")
@permission(talks.RECORD)
def listing() -> str:
    """Show the talks, and who of their listeners has confirmed."""
    return render_template("training/talks.html", rows=talk_rows(db.session(), current_actor()))


@blueprint.get("/new")
@permission(talks.RECORD)
def add_page() -> Response:
    """Show the form of a talk."""
    return _form()


@blueprint.post("/new")
@permission(talks.RECORD)
def add() -> Response:
    """Keep a talk."""
    actor = current_actor()
    try:
        order = talks.TalkOrder(**read_form(TalkForm()))
        policy.require(actor, talks.RECORD, Scope(site_id=order.site_id))
        if order.request_id:
            request_line(db.session(), actor, order.request_id, clock.now())
        with unit_of_work(actor.id) as uow:
            talk_id = talks.record_talk(uow, order).id
    except Invalid as refusal:
        return _form(refusal)
    tell_done(_("The talk is kept."), _("Put the people who were there on its list."))
    return redirect_303(talk_url(talk_id))


@blueprint.get("/<int:talk_id>")
@permission(talks.RECORD)
def page(talk_id: int) -> Response:
    """Show a talk: who was there, who is missing, and where to confirm."""
    return _talk(talk_id)


@blueprint.post("/<int:talk_id>/listeners")
@permission(talks.RECORD)
def add_listeners(talk_id: int) -> Response:
    """Put people on the list."""
    actor = current_actor()
    talks.visible_talk(db.session(), actor, talk_id)
    try:
        answers = read_form(ListenerForm())
        people = [answers["person_id"]] if answers["person_id"] else []
        role = Role(answers["role"]) if answers["role"] else None
        with unit_of_work(actor.id) as uow:
            added = talks.add_listeners(uow, talk_id, people, role)
    except (Invalid, Conflict) as refusal:
        return _talk(talk_id, refusal)
    if added:
        tell_done(_("They are on the list."))
    else:
        tell_refused(_("Nobody was added."), _("They are on the list already, or nobody has the role here."))
    return redirect_303(talk_url(talk_id))


@blueprint.post("/<int:talk_id>/confirm")
@permission(talks.RECORD)
def confirm(talk_id: int) -> Response:
    """Let somebody on the list confirm with their own PIN; the session stays the trainer's."""
    actor = current_actor()
    talks.visible_talk(db.session(), actor, talk_id)
    try:
        answers = read_form(ConfirmForm())
        typed = talks.Typed(answers["person_id"], answers["pin"], address_of_request())

        def work(uow: UnitOfWork) -> str:
            return talks.confirm(uow, talk_id, typed, current_passwords())

        refused = perform(actor.id, work)  # also a refusal is kept: the try counts
        if refused:
            raise talks.TalkInvalid(refused, [Problem("pin", "pin", refused)])
    except (Invalid, Conflict) as refusal:
        return _talk(talk_id, refusal)
    tell_done(_("Thank you. It is confirmed."))
    return redirect_303(talk_url(talk_id))


@blueprint.post("/<int:talk_id>/close")
@permission(talks.RECORD)
@asks_for()
def close(talk_id: int) -> Response:
    """Close the list."""
    actor = current_actor()
    talks.visible_talk(db.session(), actor, talk_id)
    with unit_of_work(actor.id) as uow:
        talks.close_talk(uow, talk_id)
    tell_done(_("The list is closed."), _("Who has not confirmed was not there."))
    return redirect_303(talk_url(talk_id))


def _form(refusal: Invalid | None = None) -> Response:
    session, actor = db.session(), current_actor()
    problems = refusal.problems if refusal else ()
    views = with_answers(
        talk_fields(session, actor, clock.now()), typed_answers() if refusal else {}, problems
    )
    drawn = render_template(
        "training/talk_new.html",
        fields=views,
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)


def _talk(talk_id: int, refusal: QmsError | None = None) -> Response:
    session, actor = db.session(), current_actor()
    shown = talk_page(session, talks.visible_talk(session, actor, talk_id))
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    typed = typed_answers() if refusal else {}
    here = (
        FieldView("person_id", "select", _("Your name"), options=shown.missing, is_required=True),
        FieldView("pin", "textfield", _("Your PIN"), subtype="password", is_required=True),
    )
    views = with_answers(here, typed, problems)
    drawn = render_template(
        "training/talk.html",
        page=shown,
        fields=views,
        adding=listener_fields(session),
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)
