"""The outputs of a decision by name, as `decision.<key>.<output>` reads them in a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.decisions.dmn import DecisionModel
from app.decisions.dmn.table import DecisionTable

RESULT = "result"  # the name of an answer that has none: a literal expression, or a lone unnamed column


def output_names(model: DecisionModel, key: str) -> tuple[str, ...]:
    """Return the names of a decision's outputs, in the order of its table; none for an unknown decision."""
    decision = model.decisions.get(key)
    if decision is None:
        return ()
    if not isinstance(decision.logic, DecisionTable):
        return (RESULT,)
    return tuple(output.name or RESULT for output in decision.logic.outputs)


def named_outputs(model: DecisionModel, key: str, answer: Any) -> Mapping[str, Any]:
    """Return an answer as a mapping by output name; a lone output is not a mapping in DMN."""
    names = output_names(model, key)
    if isinstance(answer, dict) and set(names) <= answer.keys():
        return answer
    if answer is None:
        return dict.fromkeys(names)
    return {names[0] if names else RESULT: answer}
