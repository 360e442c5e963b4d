"""Pages of reading and learning: one's own, and those of the people who answer for others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, render_template

from app.foundation.db import db
from app.training import (
    competence_routes,
    entry_routes,
    exam_routes,
    quiz_routes,
    reading_routes,
    talk_routes,
)
from app.training.reading_page import rows_to_read
from app.training.readings import done_readings
from app.training.talks import RECORD
from app.training.training_registers import rows_to_learn
from app.web.guards import current_actor, may, permission
from app.web.navigation import PEOPLE, NavigationItem

blueprint = Blueprint("training", __name__, template_folder="templates")
BLUEPRINTS = (
    blueprint,
    reading_routes.blueprint,
    quiz_routes.blueprint,
    exam_routes.blueprint,
    talk_routes.blueprint,
    competence_routes.blueprint,
    *entry_routes.BLUEPRINTS,
)
NAVIGATION = (
    NavigationItem(
        "training", "My training", "training.page", icon="school", group=PEOPLE, permission="training.own"
    ),
    NavigationItem(
        "acknowledgements",
        "Acknowledgements",
        "acknowledgements.listing",
        icon="book-2",
        group=PEOPLE,
        permission="training.read",
    ),
    NavigationItem(
        "trainings",
        "Trainings",
        "training_record.listing",
        icon="certificate",
        group=PEOPLE,
        permission="training.read",
    ),
    NavigationItem(
        "matrix",
        "Competence matrix",
        "competence.matrix",
        icon="stars",
        group=PEOPLE,
        permission="training.read",
    ),
)


@blueprint.app_context_processor
def tabs() -> dict[str, Callable[[], bool]]:
    """Let the tabs of these pages ask whether the reader keeps talks."""
    return {"may_hold_talks": partial(may, RECORD)}


@blueprint.get("/training")
@permission("training.own")
def page() -> str:
    """Show what one has to read and learn, and what is done."""
    session, actor = db.session(), current_actor()
    return render_template(
        "training/mine.html",
        to_read=rows_to_read(session, actor),
        to_learn=rows_to_learn(session, actor.id),
        read=done_readings(session, actor.id),
    )
