"""Pages of reading and learning: one's own, and those of the people who answer for others."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.foundation.db import db
from app.training import competence_routes, entry_routes, exam_routes, quiz_routes, reading_routes
from app.training.reading_page import rows_to_read
from app.training.readings import done_readings
from app.web.guards import current_actor, permission
from app.web.navigation import PEOPLE, NavigationItem

blueprint = Blueprint("training", __name__, template_folder="templates")
BLUEPRINTS = (
    blueprint,
    reading_routes.blueprint,
    quiz_routes.blueprint,
    exam_routes.blueprint,
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


@blueprint.get("/training")
@permission("training.own")
def page() -> str:
    """Show what one has to read and learn, and what is done."""
    session, actor = db.session(), current_actor()
    return render_template(
        "training/mine.html", to_read=rows_to_read(session, actor), read=done_readings(session, actor.id)
    )
