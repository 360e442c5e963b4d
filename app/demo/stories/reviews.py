"""The management reviews of two years, one that is being prepared, and the look at the context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.demo.action_steps import ActionSteps
from app.demo.agenda import Story
from app.demo.nonconformity_steps import AUTHORITY, QUALITY_MANAGER, TOP_MANAGEMENT
from app.demo.stage import Stage
from app.management_review.models import ManagementReview
from app.management_review.rules import INPUTS
from app.process_map.models import ContextReview

CHANGE, IMPROVEMENT, RESOURCE = "qms_change", "improvement", "resource"
ATTENDANCE = "Oskar Nyberg, Karin Falk, Ingrid Lund, Lars Ek, Tomasz Wilk and James Ward by video"


@dataclass(frozen=True, slots=True)
class Decision:
    """What top management decides. Shape: `source` is the input it rests on; `days` from the meeting."""

    category: str
    text: str
    owner: str
    verifier: str
    source: str
    days: int = 60


@dataclass(frozen=True, slots=True)
class Meeting:
    """One review: when it is held, what is said about inputs, and what follows.

    Shape: `said` by the quality manager and `sites` by who leads them, by input; `watch` are the inputs whose
    conclusion is not that all is well; `done` is when its decisions are carried out, 0 while they are open.
    """

    held: int
    said: Mapping[str, str]
    sites: Mapping[str, str]
    watch: Mapping[str, str]
    decisions: Sequence[Decision]
    summary: str
    done: int = 0


MEETINGS = (
    Meeting(
        556,
        {"c4": "Gauges past their date came back in Gdańsk. The first corrective action may not hold."},
        {"d": "Gdańsk asks for a second person in the measuring room."},
        {"c4": "action", "c1": "watch", "e": "watch"},
        (
            Decision(
                IMPROVEMENT,
                "Speak about quality figures at each site every morning",
                "karin.falk",
                "elin.sund",
                "c3",
            ),
            Decision(
                RESOURCE,
                "Half a position for the measuring room in Gdańsk",
                "karin.falk",
                "ingrid.lund",
                "d",
                90,
            ),
        ),
        "The system works. What was corrected once comes back too often.",
        460,
    ),
    Meeting(
        378,
        {
            "c4": "The cabinet in Gdańsk holds. Leeds and Umeå report the same weakness since.",
            "c6": "Audits found fewer deviations than the year before, and graver ones.",
        },
        {"c3": "Umeå delivers late when the test field is full."},
        {"c4": "action", "e": "action", "f": "watch"},
        (
            Decision(
                CHANGE,
                "Ask in every corrective action what the other sites do",
                "ingrid.lund",
                "elin.sund",
                "c4",
                45,
            ),
            Decision(IMPROVEMENT, "Plan the test field a week ahead", "lars.ek", "elin.sund", "c3"),
        ),
        "Sites learn alone. What one of them has solved must reach the others.",
        290,
    ),
    Meeting(
        198,
        {
            "c4": "The weakness of the gauges is answered at all sites; the effect is being watched.",
            "e": "Exposure has fallen since the cabinets are in use.",
        },
        {"d": "Leeds needs a second van that is fit for winter."},
        {"c1": "watch", "e": "watch"},
        (
            Decision(
                IMPROVEMENT,
                "Tell customers the day on which their complaint is answered",
                "james.ward",
                "priya.shah",
                "c1",
            ),
            Decision(RESOURCE, "A winter van for Leeds", "karin.falk", "ingrid.lund", "d", 80),
        ),
        "The system is suitable and works. Complaints take too long to answer.",
        110,
    ),
    Meeting(
        14,
        {
            "c4": "Bolts came back after training; the second cycle locks the order instead.",
            "c6": "One finding of Purchasing was put right; the auditors go back this month.",
            "e": "Measuring equipment is where it was two years ago. Couplings are above our appetite.",
        },
        {"d": "Umeå needs the two counting tools before the summer."},
        {"c4": "action", "e": "action", "c6": "watch"},
        (
            Decision(
                IMPROVEMENT,
                "Fit counting tools at both benches before the summer",
                "lars.ek",
                "elin.sund",
                "e",
                55,
            ),
            Decision(
                CHANGE,
                "Make the stop before assembly part of every order",
                "ingrid.lund",
                "elin.sund",
                "c4",
                40,
            ),
            Decision(RESOURCE, "Train two more lappers in Gdańsk", "tomasz.wilk", "ewa.nowak", "d", 120),
        ),
        "Most of what was decided holds. Couplings are the one risk we do not want to carry.",
    ),
)


def review_stories(stage: Stage) -> Sequence[Story]:
    """Return the stories: each meeting, the review that is being prepared, and the look at the context."""
    return (*(_held(stage, one) for one in MEETINGS), _prepared(stage), _context(stage))


def _held(stage: Stage, one: Meeting) -> Story:
    """Tell of a review from the comments to the minutes, and to the last decision where it is long ago."""
    yield one.held + 16
    review_id = stage.latest(ManagementReview)
    comments = [
        {**row, "comment": one.said.get(row["reference"], "")}
        for row in stage.record(review_id).quality_comments
    ]
    stage.complete(QUALITY_MANAGER, review_id, "comment_quality", {"quality_comments": comments})
    yield one.held + 12
    rows = stage.record(review_id).site_comments
    comments = [{**row, "comment": "", "resource_need": one.sites.get(row["reference"], "")} for row in rows]
    stage.complete(AUTHORITY, review_id, "comment_sites", {"site_comments": comments})
    yield one.held
    answers = {"attendance": ATTENDANCE, "conclusions": _conclusions(stage, review_id, one)}
    stage.complete(TOP_MANAGEMENT, review_id, "hold_review", answers)
    yield one.held - 1
    stage.complete(TOP_MANAGEMENT, review_id, "decide_outputs", _outputs(stage, one))
    yield one.held - 4
    stage.approve_by_all(review_id, "approve_minutes")
    if one.done:
        yield from _done(stage, review_id, one)


def _conclusions(stage: Stage, review_id: int, one: Meeting) -> list[dict[str, str]]:
    pack = {each["reference"]: each for each in stage.record(review_id).pack["inputs"]}
    rows = stage.record(review_id).conclusions
    return [
        {
            **row,
            "conclusion": one.watch.get(row["reference"], "adequate"),
            "note": pack[row["reference"]]["reason"]
            and "No figures are kept yet; looked at by word of mouth.",
        }
        for row in rows
        if row["reference"] in INPUTS
    ]


def _outputs(stage: Stage, one: Meeting) -> dict[str, object]:
    outputs = [
        {
            "category": each.category,
            "text": each.text,
            "action_owner_id": stage.person(each.owner),
            "verifier_id": stage.person(each.verifier),
            "due_on": stage.day(each.days),
            "source_input": each.source,
        }
        for each in one.decisions
    ]
    reasons = {
        "no_improvement_reason": "What is under way fills the half-year.",
        "no_change_reason": "The system stays as it is.",
        "no_resource_reason": "What was granted last time is enough.",
    }
    judged = {"suitable": "yes", "adequate": "yes", "effective": "partly", "aligned": "yes"}
    return {"outputs": outputs, **reasons, **judged, "summary": one.summary}


def _done(stage: Stage, review_id: int, one: Meeting) -> Story:
    actions = ActionSteps(stage, review_id)
    for place, decision in enumerate(one.decisions):
        yield one.done + 9 - 4 * place
        actions.carry_out(decision.owner, decision.text, "In place; shown at the morning meeting.")
        yield one.done + 7 - 4 * place
        actions.verify(decision.verifier, decision.text, "Seen.")
    yield one.done
    lessons = {"lessons": "Decisions with one owner and one day are carried out."}
    stage.complete(QUALITY_MANAGER, review_id, "close_review", lessons)


def _prepared(stage: Stage) -> Story:
    """Tell of one more review before the certification body comes; its inputs wait for comments."""
    yield 3
    answers = {
        "period_from": stage.date_of(95).isoformat(),
        "period_to": stage.date_of(4).isoformat(),
        "meeting_on": stage.day(12),
        "participants": ATTENDANCE,
    }
    stage.start(QUALITY_MANAGER, "management_review", answers)


def _context(stage: Stage) -> Story:
    """Tell of the yearly look at issues and interested parties; the calendar asks for it."""
    yield 358
    review_id = stage.latest(ContextReview)
    record = stage.record(review_id)
    notes = {"Three sites, three ways of working": "The gauges show it once more."}
    answers = {
        name: [
            {**row, "finding": "right", "note": notes.get(row["title"], "")} for row in getattr(record, name)
        ]
        for name in ("issue_answers", "party_answers")
    }
    said = {
        "climate_answer": "yes",
        "climate_rationale": "The foundry was flooded again, and customers ask for the energy of a pump.",
        "conclusion": "The issues hold. What one site learns must reach the others.",
    }
    stage.complete(QUALITY_MANAGER, review_id, "review_context", {**answers, **said})
    yield 356
    stage.approve_by_all(review_id, "sign_off")
