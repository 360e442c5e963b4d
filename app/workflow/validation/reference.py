"""The generated pages of docs/reference: what may be drawn, and what became of the engine's traps."""

from __future__ import annotations

from dataclasses import dataclass

from app.workflow.compile.bpmn import (
    EVENT_DEFINITIONS,
    FLOW_NODES,
)
from app.workflow.validation.elements import ATTRIBUTES
from app.workflow.validation.refusals import REFUSALS, refusal_of
from app.workflow.validation.traps import TRAPS, Answer

_NOTES = {
    "userTask": "A task of a person. Its form is the file of its id.",
    "serviceTask": "Calls an operation of the catalogue with `qms:parameter` elements.",
    "businessRuleTask": "Asks a decision.",
    "receiveTask": "Waits for a message.",
    "callActivity": "Runs a part in the same instance, with `qms:parameter` elements; how the part ended is "
    "`decision.<id>.outcome`.",
    "subProcess": "A part with its own start and end; never triggered by an event.",
    "exclusiveGateway": "One way: the first condition that holds, else the default flow.",
    "inclusiveGateway": "Every way whose condition holds, else the default flow.",
    "parallelGateway": "All ways; not inside a loop.",
    "eventBasedGateway": "The first event that comes: messages and at most one timer.",
    "startEvent": "Exactly one. A message start is opened by a stored message.",
    "endEvent": "Ends a way; `terminate` ends the instance, `error` only inside a sub-process.",
    "intermediateCatchEvent": "Waits.",
    "intermediateThrowEvent": "A milestone, or an escalation.",
    "boundaryEvent": "Sits on a task; a message always interrupts, a repeating timer never does.",
}


@dataclass(frozen=True, slots=True)
class SupportedElement:
    """One element that is executed."""

    name: str
    events: tuple[str, ...]
    attributes: tuple[str, ...]
    note: str


def supported_elements() -> list[SupportedElement]:
    """Return what Keel executes, by name."""
    return [
        SupportedElement(
            name,
            tuple(sorted(event or "none" for event in EVENT_DEFINITIONS.get(name, ()))),
            tuple(sorted(ATTRIBUTES.get(name, ()))),
            _NOTES[name],
        )
        for name in sorted(FLOW_NODES)
    ]


def supported_page() -> str:
    """Return the page on supported elements. Shape: Markdown."""
    rows = [
        f"| `{one.name}` | {', '.join(one.events) or '-'} | {_code(one.attributes)} | {one.note} |"
        for one in supported_elements()
    ]
    drawn = sorted(name for name in REFUSALS if not name.endswith("Event"))
    refused = [f"| `{name}` | {why} {mend} |" for name in drawn for why, mend in [refusal_of(name)]]
    return "\n".join(
        [
            "# What may be drawn",
            "",
            "Generated from the publish gate. Everything not listed here is refused when a diagram is",
            "published, never ignored. Attributes carry the prefix `qms` (`urn:keel:bpmn:1`). Multi-instance",
            "markers are executed on tasks and sub-processes, not on calls: at most 200, a warning above 20.",
            "",
            "| Element | Events | Our attributes | Meaning |",
            "|---|---|---|---|",
            *rows,
            "",
            "## Refused by name",
            "",
            "| Element | Why, and what to draw instead |",
            "|---|---|",
            *refused,
            "",
        ]
    )


def traps_page() -> str:
    """Return the page on the engine's traps. Shape: Markdown."""
    counts = {answer: sum(trap.answer is answer for trap in TRAPS) for answer in Answer}
    rows = [
        f"| {trap.number} | {trap.trap} | {trap.answer.value} | {trap.how} | `{trap.test}` |"
        for trap in TRAPS
    ]
    summary = ", ".join(f"{count} {answer.value}" for answer, count in counts.items())
    return "\n".join(
        [
            "# Traps of the engine",
            "",
            "Generated. SpiffWorkflow 3.2.0 does not always do what a diagram says. Each trap found by",
            f"running it is listed with our answer and the test that shows it: {summary}.",
            "",
            "| # | Trap | Answer | How | Test |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def pages() -> dict[str, str]:
    """Return the generated pages. Shape: file name below docs/reference to Markdown."""
    return {"bpmn.md": supported_page(), "traps.md": traps_page()}


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "-"
