"""A diagram with its tables and forms, ready to run: the lifecycle's own, or a part it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson

from app.decisions.dmn import DecisionModel, read_model
from app.workflow.bundles import Bundle
from app.workflow.compile import CallSpec, CompiledDiagram, UserTaskSpec, compile_diagram
from app.workflow.forms import FormDefinition, read_form
from app.workflow.forms.source import read_object

_TASK_PATH = re.compile(r"\btask\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The compiled diagram, the tables and the forms of one bundle, without what it calls."""

    bundle: Bundle
    compiled: CompiledDiagram
    forms: Mapping[str, FormDefinition]
    tables: Mapping[str, DecisionModel]

    @classmethod
    def of(cls, bundle: Bundle) -> Piece:
        """Compile the files of a bundle."""
        return Piece(**compiled_files(bundle))

    @cached_property
    def tasks_read(self) -> frozenset[str]:
        """Element ids whose latest answers some expression of the diagram or its tables reads."""
        return frozenset(found for text in self._expressions() for found in _TASK_PATH.findall(text))

    @cached_property
    def reads_settings(self) -> bool:
        """Whether some expression reads a setting; most diagrams do not, and need no look-up."""
        return any("settings." in text for text in self._expressions())

    def _expressions(self) -> Iterator[str]:
        compiled = self.compiled
        yield from (branch.condition for gateway in compiled.gateways.values() for branch in gateway.branches)
        yield from (timer.expression for timer in compiled.timers.values())
        yield from (catch.correlation for catch in compiled.catches.values())
        yield from (
            text for service in compiled.service_tasks.values() for text in service.parameters.values()
        )
        yield from (text for call in compiled.calls.values() for text in call.parameters.values())
        yield from (
            text
            for task in compiled.user_tasks.values()
            for text in (task.person, task.due, task.declined, task.reason)
        )
        yield from (self.bundle.tables[spec.decision].decode() for spec in compiled.decisions.values())


def compiled_files(bundle: Bundle) -> dict[str, Any]:
    """Return the fields of a piece, compiled from the files of a bundle."""
    return {
        "bundle": bundle,
        "compiled": compile_diagram(bundle.diagram),
        "forms": {name: read_form(text, key=name) for name, text in bundle.forms.items()},
        "tables": {name: read_model(text, name=name) for name, text in bundle.tables.items()},
    }


def task_in_call(task: UserTaskSpec, call: CallSpec) -> UserTaskSpec:
    """Return a part's task as it appears inside a call: by the call's name, with its duty and clause."""
    return replace(task, name=call.name, duty=task.duty or call.duty, clause=call.clause or task.clause)


def form_in_call(own: bytes, of_call: bytes | None, *, key: str) -> bytes:
    """Return the form of a part's task inside a call: first what the caller shows and asks, then the part's.

    Errors: FormInvalid when one of the two cannot be read.
    """
    if of_call is None:
        return own
    first, second = read_object(of_call, key=key), read_object(own, key=key)
    components = [*first.get("components", ()), *second.get("components", ())]
    return orjson.dumps({**second, "components": components})
