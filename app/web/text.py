"""Showing how a text in Markdown will read while it is being written."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.foundation.i18n import gettext as _
from app.web.forms import FormInvalid, typed_answers
from app.web.guards import permission

blueprint = Blueprint("text", __name__, url_prefix="/text")


@blueprint.post("/preview/<key>")
@permission("home.read")
def preview(key: str) -> str:
    """Return the text of one field as a page; nothing is kept."""
    answers = typed_answers()
    if set(answers) - {key}:
        raise FormInvalid(_("The form was not accepted."))
    return render_template("web/preview.html", text=str(answers.get(key) or "").strip())
