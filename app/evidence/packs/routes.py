"""The page of evidence packs by clause and by period: ask for one, see how far it is, take it, remove it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from marshmallow import fields, validate
from werkzeug.wrappers import Response as AnyResponse

from app.evidence.clauses import EDITION, Edition, edition_of
from app.evidence.packs.orders import KEPT_DAYS, ask, note_taken, remove_own, take
from app.evidence.packs.page import pack_fields, packs_page
from app.evidence.packs.scopes import PackScope
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import unit_of_work
from app.records.routes import send_stored
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, asks_for, id_answer, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint(
    "evidence_packs", __name__, url_prefix="/evidence/packs", template_folder="../templates"
)


class PackForm(FormSchema):
    """What the form that asks for a pack brings."""

    clause = fields.Str(load_default="", validate=validate.Length(max=20))
    site = id_answer(load_default=None, allow_none=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)


@blueprint.get("")
@permission("evidence.read")
def page() -> AnyResponse:
    """Show the packs that were asked for, and the form to ask for one."""
    return _page()


@blueprint.post("")
@permission("evidence.read")
def order() -> AnyResponse:
    """Ask for a pack; a job makes it."""
    actor = current_actor()
    try:
        answers = read_form(PackForm())
        edition = _edition()
        if answers["clause"]:
            edition.clause(answers["clause"])  # refuses one that the edition does not have
        scope = PackScope(
            first=answers["first"],
            last=answers["last"],
            edition=edition.key if answers["clause"] else "",
            clause=answers["clause"],
            site_id=answers["site"],
        )
        with unit_of_work(actor.id) as uow:
            ask(uow, actor, scope)
    except Invalid as refusal:
        return _page(refusal)
    tell_done(_("The pack is being made."), _("It stands in this list when it is ready."))
    return redirect_303(address("evidence_packs.page"))


@blueprint.get("/<int:pack_id>/file")
@permission("evidence.read")
def file(pack_id: int) -> AnyResponse:
    """Hand out a pack; the trail keeps who took it."""
    actor = current_actor()
    stored = take(db.session(), actor, pack_id)
    answer = send_stored(stored)
    with unit_of_work(actor.id) as uow:
        note_taken(uow, pack_id)
    return answer


@blueprint.post("/<int:pack_id>/remove")
@permission("evidence.read")
@asks_for()
def remove(pack_id: int) -> AnyResponse:
    """Remove a pack of one's own before its time."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        remove_own(uow, actor, pack_id)
    return redirect_303(address("evidence_packs.page"))


def _page(refusal: Invalid | None = None) -> Response:
    actor, session = current_actor(), db.session()
    views = pack_fields(session, actor, _edition(), request.args.get("clause", ""), clock.now().date())
    problems = refusal.problems if refusal else ()
    drawn = render_template(
        "evidence/packs.html",
        page=packs_page(session, actor, value_of(session, KEPT_DAYS)),
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)


def _edition() -> Edition:
    return edition_of(value_of(db.session(), EDITION))
