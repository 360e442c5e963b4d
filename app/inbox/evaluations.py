"""Why an instance went the way it went: the answers of gateways and rules in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.workflow.compile import CompiledDiagram
from app.workflow.definitions import Definition
from app.workflow.models import Evaluation, ProcessInstance

MOST_TOLD = 100
_GATEWAY = "gateway"
_CALL = "call"
_REASON = "reason"


@dataclass(frozen=True, slots=True)
class Told:
    """One decision: what was asked and answered, what it was judged on, and when."""

    text: str
    because: str
    at: datetime


def decisions_told(session: Session, row: ProcessInstance, definition: Definition) -> list[Told]:
    """Return what gateways and rules decided, the latest first.

    Shape: the conditions of one gateway are tried one after the other; they make one line, which says the
    way that was taken.
    """
    query = select(Evaluation).where(Evaluation.instance_id == row.id).order_by(Evaluation.id.desc())
    found = list(session.scalars(query.limit(MOST_TOLD)))[::-1]
    return list(_told(found, definition))[::-1]


def names_within(definition: Definition) -> dict[str, str]:
    """Return the names of all elements of a definition and of the parts it calls, by id."""
    pieces = (*definition.parts.values(), definition)
    return {key: name for piece in pieces for key, name in names_of_elements(piece.compiled).items()}


def names_of_elements(compiled: CompiledDiagram) -> dict[str, str]:
    """Return the names of all elements of a diagram that people can meet, by id."""
    parts: tuple[Mapping[str, Any], ...] = (
        compiled.user_tasks,
        compiled.service_tasks,
        compiled.decisions,
        compiled.ends,
        compiled.timers,
        compiled.catches,
        compiled.gateways,
        compiled.calls,
    )
    return {key: spec.name or key.replace("_", " ") for part in parts for key, spec in part.items()}


def _told(found: Sequence[Evaluation], definition: Definition) -> Iterator[Told]:
    for (call_id, element_id, kind, at), members in groupby(
        found, key=lambda one: (one.call_id, one.element_id, one.kind, one.evaluated_at)
    ):
        tried = list(members)
        compiled = definition.piece(call_id).compiled
        names = names_of_elements(compiled)
        if kind == _GATEWAY:
            yield _gateway(compiled, names, element_id, tried, at)
        elif kind == _CALL:
            yield from (_call(one, names.get(element_id, one.key)) for one in tried)
        else:
            yield from (_table(one, names.get(element_id, one.key)) for one in tried)


def _call(one: Evaluation, name: str) -> Told:
    outcome = one.result.get("outcome") if isinstance(one.result, Mapping) else None
    text = _("“%(step)s” ended: %(answer)s", step=name, answer=_value(outcome))
    return Told(text, "", one.evaluated_at)


def _gateway(
    compiled: CompiledDiagram,
    names: Mapping[str, str],
    element_id: str,
    tried: Sequence[Evaluation],
    at: datetime,
) -> Told:
    gateway = compiled.gateways.get(element_id)
    taken = {one.key for one in tried if one.result is True}
    branches = gateway.branches if gateway else ()
    ways = [one for one in branches if (one.flow_id in taken if taken else one.is_default)]
    answers = [one.name or names.get(one.target, one.target) for one in ways]
    inputs = {key: value for one in tried for key, value in one.inputs.items()}
    question = names.get(element_id, element_id)
    text = _("“%(question)s” Answer: %(answer)s", question=question, answer=", ".join(answers) or _("none"))
    return Told(text, _judged_on(inputs), at)


def _table(one: Evaluation, name: str) -> Told:
    result = one.result if isinstance(one.result, Mapping) else {"": one.result}
    reason = str(result.get(_REASON) or "")
    outputs = _pairs({key: value for key, value in result.items() if key != _REASON})
    text = _("The rule “%(rule)s” decided: %(answer)s", rule=name, answer=outputs)
    inputs = one.inputs.get("inputs") if isinstance(one.inputs, Mapping) else None
    return Told(text, f"{reason} {_judged_on(_flat(inputs or {}))}".strip(), one.evaluated_at)


def _flat(inputs: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in inputs.items():
        place = f"{path}.{key}" if path else key
        found |= _flat(value, place) if isinstance(value, Mapping) else {place: value}
    return found


def _judged_on(inputs: Mapping[str, Any]) -> str:
    return _("Judged on: %(facts)s.", facts=_pairs(inputs)) if inputs else ""


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{_word(key)} {_value_of(key, value)}".strip() for key, value in values.items())


def _word(path: str) -> str:
    """Return the last name of a path as people say it: `record.is_product_affected` is `product affected`."""
    name = path.rpartition(".")[2]
    for prefix in ("is_", "has_", "are_"):
        name = name.removeprefix(prefix)
    return _(name.removesuffix("_id").replace("_", " "))


def _value_of(key: str, value: Any) -> str:
    """Return a value in words; of a link it matters only that it is there, not its number."""
    if key.endswith("_id") and value is not None:
        return _("is named")
    return _value(value)


def _value(value: Any) -> str:
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value) or _("nothing")
    words = str(value).replace("_", " ")
    return _(words) if words else ""
