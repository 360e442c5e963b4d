"""The pack of a review as a page that a projector can show, and as the JSON that its digest covers."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, render_template
from sqlalchemy import select

from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.management_review.models import ManagementReview
from app.management_review.pack_page import pack_page
from app.records.visibility import visible
from app.web.guards import current_actor, permission

blueprint = Blueprint("review_packs", __name__, url_prefix="/reviews", template_folder="templates")


class NoPack(NotFound):
    """The review is not there, not for this person, or its pack is not frozen yet."""


@blueprint.get("/<int:record_id>/pack")
@permission("records.read")
def pack(record_id: int) -> str:
    """Show the frozen pack, input by input."""
    review = _review(record_id)
    shown = pack_page(db.session(), current_actor(), review, clock.now())
    return render_template("management_review/pack.html", page=shown)


@blueprint.get("/<int:record_id>/pack.json")
@permission("records.read")
def pack_json(record_id: int) -> Response:
    """Hand out the frozen pack."""
    review = _review(record_id)
    answer = Response(orjson.dumps(review.pack, option=orjson.OPT_SORT_KEYS), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{review.number}-pack.json"'
    return answer


def _review(record_id: int) -> ManagementReview:
    statement = visible(select(ManagementReview).where(ManagementReview.id == record_id), current_actor())
    review = db.session().scalars(statement).one_or_none()
    if review is None or review.pack is None:
        raise NoPack(_("There is no such pack, or it is not for you to see."))
    return review
