"""What is kept of an evaluation: its inputs, its answer and the rules that led to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.decisions.feel.conversion import to_json
from app.decisions.feel.values import Value


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a decision came to, to be stored as evidence.

    Shape: `inputs` the values given, cut down to the parts the model reads; `table` the id of the decision's
    own table, `matched_rules` the ids of its rules that matched, in the order of the table.
    """

    decision: str
    outputs: Value
    matched_rules: tuple[str, ...]
    inputs: Mapping[str, Value]
    table: str | None

    def to_json(self) -> dict[str, object]:
        """Return the evaluation as plain JSON data."""
        return {
            "decision": self.decision,
            "outputs": to_json(self.outputs),
            "matched_rules": list(self.matched_rules),
            "inputs": to_json(dict(self.inputs)),
            "table": self.table,
        }


def read_part(value: Value, paths: Sequence[tuple[str, ...]]) -> Value:
    """Return those parts of a context that the paths reach; other values whole.

    Shape: an empty path reaches the value itself; entries that are not there are left out.
    """
    if not isinstance(value, dict) or () in paths:
        return value
    reached = {path[0] for path in paths} & value.keys()
    return {
        member: read_part(value[member], [path[1:] for path in paths if path[0] == member])
        for member in sorted(reached)
    }
