"""The page of components: every macro in every state that matters. For tests, demos and page builders."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.web import gallery_fields, gallery_samples
from app.web.fields import FieldView, apply_row_command, read_answers, row_command
from app.web.flashes import tell_done
from app.web.redirects import redirect_303

gallery = Blueprint("gallery", __name__, url_prefix="/components")


@gallery.get("")
def page() -> str:
    """Show all components but fields."""
    return render_template("web/gallery/components.html", sample=gallery_samples)


@gallery.get("/fields")
def fields() -> str:
    """Show every kind of field: to fill in, filled from a record, refused, and for reading."""
    return render_template("web/gallery/fields.html", groups=gallery_fields.groups())


@gallery.get("/register")
def register() -> str:
    """Show a register."""
    return render_template("web/gallery/register.html", sample=gallery_samples)


@gallery.get("/task")
def task() -> str:
    """Show a task page."""
    return _task(gallery_fields.cause_analysis())


@gallery.post("/task")
def send_task() -> Response | str:
    """Add or remove a row without script, or take the answers and go on."""
    command = row_command(request.form)
    if command is None:
        tell_done(
            "Handed over to planning.",
            "You plan the actions until 27 March.",
            url="/components",
            label="Next",
        )
        return redirect_303("/components/task")
    answers = apply_row_command(read_answers(request.form.items(multi=True)), command)
    return _task(gallery_fields.cause_analysis(answers))


@gallery.post("/recheck")
def recheck() -> str:
    """Draw the fields again that depend on another answer."""
    answers = read_answers(request.form.items(multi=True))
    return render_template("web/gallery/live.html", fields=gallery_fields.quantities(answers))


@gallery.post("/draft")
def draft() -> tuple[str, int]:
    """Take a draft and keep nothing: the gallery has no storage."""
    return "", 204


@gallery.get("/record")
def record() -> str:
    """Show a record page."""
    return render_template("web/gallery/record.html", sample=gallery_samples)


@gallery.get("/door")
def door() -> str:
    """Show the shell of the sign-in page."""
    return render_template("web/gallery/door.html")


def _task(fields: dict[str, FieldView]) -> str:
    return render_template(
        "web/gallery/task.html", sample=gallery_samples, fields=fields, live=gallery_fields.quantities({})
    )
