"""Ideas of people on the floor: one that paid, one declined, one under way, one nobody has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.demo.action_steps import ActionSteps
from app.demo.agenda import Story
from app.demo.nonconformity_steps import COORDINATORS, OWNERS
from app.demo.stage import Stage

HEIGHT = "Set both benches to the height of who works at them"
RACK = "Build a rack for the ten kits that are asked for most"


@dataclass(frozen=True, slots=True)
class Idea:
    """What somebody suggests, and what they promise themselves from it."""

    who: str
    site: str
    process: str
    title: str
    text: str
    benefit: str


BENCHES = Idea(
    *("nils.dahl", "UME", "ASM", "Benches that can be raised"),
    "We bend over the coupling all day. A bench that goes up would let us see the bolts.",
    "Fewer bolts that are missed, fewer bad backs.",
)
SCREENS = Idea(
    *("piotr.maj", "GDA", "SEA", "A screen at every lapping machine"),
    "The figures of the plate could be shown at the machine.",
    "No walk to the office.",
)
KITS = Idea(
    *("tom.hughes", "LEE", "SHP", "A rack for the kits that go most"),
    "We search the hall for the same ten kits every day.",
    "Ten minutes less for each order.",
)
LABELS = Idea(
    *("nils.dahl", "UME", "TST", "Print the curve on the pump label"),
    "Customers call and ask for the curve. It could be a code on the label.",
    "Fewer calls, and the curve is never lost.",
)


def improvement_stories(stage: Stage) -> Sequence[Story]:
    """Return the stories of all ideas."""
    return (
        _paid(stage, BENCHES),
        _declined(stage, SCREENS),
        _under_way(stage, KITS),
        _suggested(stage, LABELS),
    )


def carried(stage: Stage, record_id: int, who: str, day: int) -> Story:
    """Tell of an improvement that an audit gave, carried out by one person from that day on."""
    text = stage.record(record_id).title
    yield day
    _plan(stage, record_id, (who, "Asked and counted before and after"), text, 40)
    actions = ActionSteps(stage, record_id)
    yield day - 30
    actions.carry_out(who, text, "Done; people use it.")
    yield day - 33
    actions.verify(stage.doer(actions.id_of(text), "verify_action"), text, "Seen in use.")
    yield day - 62
    answers = {"benefit_reached": "yes", "benefit_note": "People say it saves them a walk each day."}
    stage.complete(stage.doer(record_id, "judge_benefit"), record_id, "judge_benefit", answers)


def _paid(stage: Stage, one: Idea) -> Story:
    yield 452
    record_id = _suggest(stage, one)
    yield 445
    _take_up(stage, one, record_id, "hanna.strand")
    yield 438
    _plan(stage, record_id, ("hanna.strand", "Missed bolts at final check, each month"), HEIGHT, 60)
    actions = ActionSteps(stage, record_id)
    yield 385
    actions.carry_out("hanna.strand", HEIGHT, "Both benches go up and down by motor.")
    yield 382
    actions.verify("elin.sund", HEIGHT, "Tried with three fitters of different height.")
    yield 310
    answers = {
        "benefit_reached": "yes",
        "benefit_note": "Missed bolts fell from nine to three a month; two fitters have no pain any more.",
    }
    stage.complete(COORDINATORS[one.site], record_id, "judge_benefit", answers)


def _declined(stage: Stage, one: Idea) -> Story:
    yield 268
    record_id = _suggest(stage, one)
    yield 262
    answers = {
        "idea_verdict": "decline",
        "decision_reason": "The figure is needed once a shift; the log beside the machine is enough.",
    }
    stage.complete(OWNERS[one.site], record_id, "consider_idea", answers)


def _under_way(stage: Stage, one: Idea) -> Story:
    yield 48
    record_id = _suggest(stage, one)
    yield 41
    _take_up(stage, one, record_id, "tom.hughes")
    yield 34
    _plan(stage, record_id, ("tom.hughes", "Minutes from order to packed kit"), RACK, 50)


def _suggested(stage: Stage, one: Idea) -> Story:
    yield 5
    _suggest(stage, one)


def _suggest(stage: Stage, one: Idea) -> int:
    answers = {
        "title": one.title,
        "idea": one.text,
        "expected_benefit": one.benefit,
        "source": "idea",
        **stage.place(one.site, one.process),
    }
    return stage.start(one.who, "improvement", answers)


def _take_up(stage: Stage, one: Idea, record_id: int, owner: str) -> None:
    answers = {
        "idea_verdict": "take_up",
        "improvement_owner_id": stage.person(owner),
        "expected_benefit": one.benefit,
    }
    stage.complete(OWNERS[one.site], record_id, "consider_idea", answers)


def _plan(stage: Stage, record_id: int, by: tuple[str, str], action: str, days: int) -> None:
    """Let who carries it plan one action. Shape: `by` is the person, and what they measure."""
    who, measure = by
    row = {"text": action, "owner_id": stage.person(who), "due_on": stage.day(days)}
    answers = {
        "expected_benefit": stage.record(record_id).expected_benefit or "Less time lost in searching.",
        "measure": measure,
        "planned_actions": [row],
    }
    stage.complete(who, record_id, "plan_improvement", answers)
