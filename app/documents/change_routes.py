"""Pages of changes beside their register: the draft with what reviewers said, and joining one."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from app.documents.change_models import DocumentChange
from app.documents.change_requests import add_wish
from app.documents.draft_page import draft_page, wishes_of
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.records.urls import record_url
from app.records.visibility import RecordUnseen, get_visible
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("document_changes", __name__, url_prefix="/document-changes")


class WishForm(FormSchema):
    """Why somebody else wants the change as well."""

    reason = fields.Str(required=True)


@blueprint.get("/<int:record_id>/draft")
@permission("home.read")
def draft(record_id: int) -> str:
    """Show the revision a change makes, with what reviewers said about it."""
    session, actor = db.session(), current_actor()
    return render_template("documents/draft.html", page=draft_page(session, actor, _change(record_id)))


@blueprint.get("/<int:record_id>/wishes")
@permission("documents.change")
def wish(record_id: int) -> Response:
    """Ask why somebody wants the change as well."""
    return _wish(record_id)


@blueprint.post("/<int:record_id>/wishes")
@permission("documents.change")
def join(record_id: int) -> AnyResponse:
    """Add one's own wish to a change that is on its way."""
    actor = current_actor()
    row = _change(record_id)
    try:
        reason = read_form(WishForm())["reason"]
        with unit_of_work(actor.id) as uow:
            add_wish(uow, actor, row.id, reason)
    except (Invalid, Refused) as refusal:
        return _wish(record_id, refusal)
    tell_done(_("Your wish is part of the change."), _("Whoever writes it reads it."))
    return redirect_303(record_url(row.kind, row.id))


def _wish(record_id: int, refusal: QmsError | None = None) -> Response:
    row = _change(record_id)
    field = FieldView("reason", "textarea", _("Why"), is_required=True, limits={"maxlength": 2000})
    problems = getattr(refusal, "problems", ())
    shown = with_answers((field,), typed_answers() if refusal else {}, problems)
    drawn = render_template(
        "documents/wish.html",
        number=row.number,
        title=row.title,
        url=record_url(row.kind, row.id),
        record_id=row.id,
        wishes=wishes_of(db.session(), row.id),
        fields=shown,
        labels={view.key: view.label for view in shown},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)


def _change(record_id: int) -> DocumentChange:
    row = get_visible(db.session(), current_actor(), record_id)
    if not isinstance(row, DocumentChange):
        raise RecordUnseen(_("There is no such record, or it is not for you to see."))
    return row
