"""The figures of steps and ways: written on the diagram, and as the rows of its table twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.foundation.i18n import gettext as _
from app.insight.look import Look
from app.insight.rules import StepFigures, Way, heat_of, percentile
from app.insight.study import Study, way_key
from app.insight.words import NOTHING, days_words, outcome_words, share_words, span_words
from app.web.environment import number
from app.web.parts import Column, Link
from app.workflow.compile.diagram import Diagram
from app.workflow.picture import Note

MOST_WAYS = 8
TIMES = "\u00d7"


def notes(study: Study, diagram: Diagram) -> Mapping[str, Note]:
    """Return what is written on each element: how often, how much is in hand, how long half of them took."""
    found = {
        element_id: Note(f"{number(count)}{TIMES}", words=_("Gone through %(count)s times", count=count))
        for element_id, count in study.passes.items()
        if count
    }
    steps = {one: _step_note(figures) for one, figures in study.steps.items() if one in diagram.nodes}
    return found | steps


def _step_note(figures: StepFigures) -> Note:
    parts = [f"{number(figures.runs)}{TIMES}"]
    if figures.here:
        parts.append(_("%(count)s open", count=figures.here))
    if figures.late_share:
        parts.append(_("%(share)s late", share=share_words(figures.late_share)))
    words = _(
        "Gone through %(runs)s times; %(here)s tasks in hand, %(overdue)s of them overdue; "
        "%(late)s late in all; waiting: half within %(waiting)s; handling: half within %(handling)s",
        runs=figures.runs,
        here=figures.here,
        overdue=figures.overdue,
        late=share_words(figures.late_share),
        waiting=span_words(percentile(figures.waiting, 0.5)),
        handling=span_words(percentile(figures.handling, 0.5)),
    )
    return Note(" · ".join(parts), heat_of(figures.late_share), words)


def in_order(study: Study, diagram: Diagram) -> Sequence[str]:
    """Return the steps in the order of the diagram, those it has no more at the end."""
    order = {element_id: place for place, element_id in enumerate(diagram.nodes)}
    return sorted(study.steps, key=lambda one: (order.get(one, len(order)), one))


def step_columns() -> Sequence[Column]:
    """Return the columns of the steps."""
    return (
        Column("step", _("Step")),
        Column("runs", _("Gone through"), "number"),
        Column("here", _("In hand"), "link"),
        Column("overdue", _("Overdue"), "link"),
        Column("late", _("Late")),
        Column("waiting", _("Waiting: half, nine of ten")),
        Column("handling", _("Handling: half, nine of ten")),
        Column("again", _("Repeated"), "link"),
    )


def step_row(look: Look, diagram: Diagram, step: str, figures: StepFigures) -> Mapping[str, Any]:
    """Return the row of a step; each figure that has cases is a door to them."""

    def door(what: str, label: str) -> Link:
        return Link(label, look.url(pick=f"{what}.{step}") + "#cases")

    return {
        "step": _name(diagram, step),
        "runs": figures.runs,
        "here": door("here", str(figures.here)),
        "overdue": door("overdue", str(figures.overdue)),
        "late": share_words(figures.late_share),
        "waiting": _both(figures.waiting),
        "handling": _both(figures.handling),
        "again": door("again", share_words(figures.again_share)),
    }


def _both(spans: Sequence[int]) -> str:
    if not spans:
        return NOTHING
    return f"{span_words(percentile(spans, 0.5))}, {span_words(percentile(spans, 0.9))}"


def way_columns() -> Sequence[Column]:
    """Return the columns of the ways."""
    return (
        Column("way", _("Way")),
        Column("end", _("Ended as")),
        Column("cases", _("Cases"), "link"),
        Column("share", _("Share")),
        Column("days", _("Days, half")),
    )


def way_row(
    look: Look, diagram: Diagram, study: Study, way: Way, case_ids: Sequence[int]
) -> Mapping[str, Any]:
    """Return the row of a way."""
    ended = sum(len(ids) for _way, ids in study.ways)
    return {
        "way": _way_words(diagram, way),
        "end": outcome_words(way.outcome),
        "cases": Link(str(len(case_ids)), look.url(pick=f"way.{way_key(way)}") + "#cases"),
        "share": share_words(len(case_ids) / ended),
        "days": days_words(study.days(0.5, case_ids)),
    }


def _way_words(diagram: Diagram, way: Way) -> str:
    if not way.steps:
        return _("no task of anybody")
    names = [_name(diagram, step) for step in way.steps]
    repeated = [names[0], *(f"{two} ↺" if two == one else two for one, two in pairwise(names))]
    return " → ".join(repeated)


def ways_left(study: Study) -> str:
    """Return how many ways are not listed, empty for none."""
    left = study.ways[MOST_WAYS:]
    if not left:
        return ""
    count = sum(len(ids) for _way, ids in left)
    return _("%(ways)s more ways, taken by %(count)s cases.", ways=len(left), count=count)


def picked_words(look: Look, diagram: Diagram, study: Study) -> str:
    """Return what the listed cases have in common, empty when no figure was opened."""
    what, _dot, name = look.pick.partition(".")
    step = _name(diagram, name)
    words = {
        "here": _("In hand: %(step)s", step=step),
        "overdue": _("Overdue: %(step)s", step=step),
        "late": _("Done late: %(step)s", step=step),
        "done": _("Done: %(step)s", step=step),
        "again": _("Repeated: %(step)s", step=step) if name else _("Went back to a step"),
    }
    if what == "way":
        way = next((one for one, _ids in study.ways if way_key(one) == name), None)
        return _way_words(diagram, way) if way is not None else ""
    return words.get(what, "")


def _name(diagram: Diagram, element_id: str) -> str:
    node = diagram.nodes.get(element_id)
    if node is not None:
        return node.name or element_id.replace("_", " ")
    return _("%(step)s (not in this version)", step=element_id.replace("_", " "))
