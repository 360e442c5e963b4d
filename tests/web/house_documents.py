"""Documents in the house: one with an older revision, a copy and a draft in review, and a look."""

from __future__ import annotations

from datetime import date

from app.documents.copies import CopyOrder, issue_copy
from app.documents.models import Document, RevisionStatus
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import actor_for
from tests.factories.documents import a_revision
from tests.scenarios import document_steps as do
from tests.scenarios import steps
from tests.scenarios.dsl import Scenario


def a_library(story: Scenario) -> dict[str, int]:
    """Return the ids of what stands in the library, by a name for each."""
    do.writers(story)
    document_id = do.in_force(story, risk_id=steps.a_risk(story))
    controller = actor_for(story.company.people["quality_manager"])
    with unit_of_work(controller.id) as uow:
        document = uow.session.get_one(Document, document_id)
        former = {"status": RevisionStatus.SUPERSEDED.value, "effective_from": date(2025, 3, 1)}
        a_revision(uow, document, content="# Purpose\n\nTake 4.\n", major=0, minor=9, **former)
        copy = issue_copy(uow, controller, document_id, CopyOrder("Bench 4", "Early shift"))
        uow.session.flush()
        ids = {"document": document_id, "copy": copy.id}
    change = do.write(do.assess(do.take_up(do.ask(story, document_id))))
    do.review(change, "process_owner", "commented", ("Sampling", "Eight is not in the standard."))
    other = do.in_force(story, title="Lapping of seal faces")
    look = (
        story.sibling()
        .as_("reporter")
        .start("document_review", {"document_id": f"document:{other}", "reason": "The plate is another one."})
    )
    return ids | {"document_change": change.record_id, "document_review": look.record_id}
