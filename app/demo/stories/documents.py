"""How documents come about, and which of them change."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.agenda import Story
from app.demo.document_steps import LIBRARY, PAPERS, DocumentSteps, Paper
from app.demo.document_texts import INSPECTION_PORES, LAPPING_LIMIT, TORQUE_RECORDED
from app.demo.nonconformity_steps import QUALITY_MANAGER


def document_stories(steps: DocumentSteps) -> Sequence[Story]:
    """Return the stories of the library."""
    by_key = {one.key: one for one in PAPERS}
    return (
        _with_a_limit(steps, by_key["lapping"]),
        _after_a_risk_rose(steps, by_key["torque"]),
        _being_reviewed(steps, by_key["inspection"]),
        _being_written(steps, by_key["policy"]),
        _asked_for(steps, by_key["policy"]),
        *(steps.written(one, 690 - 30 * place) for place, one in enumerate(LIBRARY)),
    )


def _with_a_limit(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a procedure that got a limit after seals had leaked."""
    yield from steps.written(one, 712)
    yield 120
    reason = "A plate worn by 8 µm was still in use. There is no limit."
    document = {"change_kind": "revise", "document_id": f"document:{steps.stage.known['document:lapping']}"}
    change_id = steps.ask("marta.kowalska", one, "A limit for plate wear", reason, **document)
    yield from steps.changed(one, change_id, LAPPING_LIMIT, "Plates are dressed at 5 µm of wear.", 118)


def _after_a_risk_rose(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a work instruction whose risk rose: new tools came, it is revised, and the copies come back."""
    yield from steps.written(one, 708)
    steps.print_copy(one, "Bench 1, assembly", "Early shift")
    steps.print_copy(one, "Bench 2, assembly", "Late shift")
    yield 11
    document = {"change_kind": "revise", "document_id": f"document:{steps.stage.known['document:torque']}"}
    reason = "A click is not enough any more: the tools record every bolt since last month."
    change_id = steps.ask(
        "lars.ek", one, "Tighten with the tools that record", reason, source="capa", **document
    )
    summary = "The wrench records every bolt; a red bolt is done again."
    yield from steps.changed(one, change_id, TORQUE_RECORDED, summary, 9)


def _being_reviewed(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a change whose reviewers have not all spoken yet."""
    yield from steps.written(one, 704)
    yield 8
    document = {
        "change_kind": "revise",
        "document_id": f"document:{steps.stage.known['document:inspection']}",
        "source": "capa",
    }
    reason = "Pores are found on the line; they could be found at the gate."
    change_id = steps.ask("elin.sund", one, "Look for pores in castings", reason, **document)
    yield 6
    steps.take_up(change_id, one, "minor")
    steps.assess(change_id, one)
    yield 4
    steps.write(change_id, one, INSPECTION_PORES, "One casting of each heat is cut open.")
    yield 2
    answers = {
        "review_verdict": "commented",
        "review_comments": [{"section": "What is looked at", "text": "Who cuts it? The store has no saw."}],
    }
    steps.stage.complete(one.reviewers[1], change_id, "review_draft", answers)


def _being_written(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of the policy, into which somebody is writing what the standard asks for since."""
    yield from steps.written(one, 726)
    yield 5
    document = {
        "change_kind": "revise",
        "document_id": f"document:{steps.stage.known['document:policy']}",
        "source": "law",
    }
    reason = "The standard asks whether climate change matters to us. It does, and the policy should say so."
    change_id = steps.ask(QUALITY_MANAGER, one, "Say what climate means to us", reason, **document)
    yield 3
    steps.take_up(change_id, one, "minor")
    steps.assess(change_id, one)


def _asked_for(steps: DocumentSteps, one: Paper) -> Story:
    """Tell of a wish that nobody has taken up yet."""
    yield 1
    other = {"source": "law", "urgency": "soon"}
    reason = "The inspector asked how we drain the stand. Nothing in writing says it."
    steps.ask("tom.hughes", one, "Draining the test stand", reason, **other)
