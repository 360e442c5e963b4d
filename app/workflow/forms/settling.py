"""Settles what the answers are before they are judged: what is hidden, what is only shown, what is computed.

The browser is not believed: conditions and computations run here again, in the order in which they depend on
each other. A hidden field has no answer, also for the conditions of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.workflow.forms.answers import read_answer
from app.workflow.forms.context import FormContext
from app.workflow.forms.expressions import Rule
from app.workflow.forms.faults import WrongAnswer
from app.workflow.forms.known import known_answer
from app.workflow.forms.model import (
    ComputedSettings,
    Field,
    FileSettings,
    FormDefinition,
    Kind,
    RowsSettings,
    SignatureSettings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The state of all fields, or of the fields of one row.

    Shape: `values` typed answers by key, hidden ones left out and unreadable ones empty; `scope` the names
    expressions see; `hidden` and `fixed` (not for the person to change) are keys; `rows` the same row by row.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    scope: Mapping[str, Any] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    rows: Mapping[str, tuple[Settled, ...]] = field(default_factory=dict)


def settle(form: FormDefinition, raw: Mapping[str, Any], context: FormContext) -> Settled:
    """Return the state of the form for these raw answers; wrong answers count as empty here."""
    fields = form.by_key()

    def given(key: str) -> Any:
        kept = context.given_value(key)
        return kept if isinstance(fields[key].settings, RowsSettings) else known_answer(fields[key], kept)

    return _Settling(form.fields, form.order, context, context.scope()).run(raw, given)


def settle_stored(form: FormDefinition, stored: Mapping[str, Any], context: FormContext) -> Settled:
    """Return the state of answers that were accepted before: nothing is judged or computed again.

    Shape: keys that are not stored were hidden then and are hidden still, whatever the record says today.
    """
    return _stored(form.fields, stored, context)


def _stored(fields: Sequence[Field], stored: Mapping[str, Any], context: FormContext) -> Settled:
    shown = [found for found in fields if found.key in stored]
    rows = {
        found.key: tuple(
            _stored(found.settings.columns, row, context)
            for row in _listed(stored[found.key])
            if isinstance(row, Mapping)
        )
        for found in shown
        if isinstance(found.settings, RowsSettings)
    }
    values = {found.key: _as_stored(found, stored[found.key], context) for found in shown}
    return Settled(
        values=values,
        scope={**context.scope(), **dict.fromkeys(found.key for found in fields), **values},
        hidden=frozenset(found.key for found in fields if found.key not in stored),
        rows=rows,
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_stored(found: Field, value: Any, context: FormContext) -> Any:
    if isinstance(found.settings, ComputedSettings | RowsSettings | FileSettings | SignatureSettings):
        return value
    try:
        return read_answer(found, value, context)
    except WrongAnswer:
        return None


def settle_blank_row(settings: RowsSettings, context: FormContext, settled: Settled) -> Settled:
    """Return the state of a row nobody has filled in yet."""
    row = _Settling(settings.columns, settings.column_order, context, settled.scope)
    return row.run({}, {}.get)


class _Settling:
    """One walk over fields in the order of their dependence."""

    def __init__(
        self,
        fields: Sequence[Field],
        order: Sequence[str],
        context: FormContext,
        outside: Mapping[str, Any],
        *,
        is_fixed: bool = False,
    ) -> None:
        self._are_all_fixed = is_fixed
        self._fields = {found.key: found for found in fields}
        self._order = order
        self._context = context
        self._scope: dict[str, Any] = {**outside, **dict.fromkeys(self._fields)}
        self._values: dict[str, Any] = {}
        self._hidden: set[str] = set()
        self._fixed: set[str] = set()
        self._rows: dict[str, tuple[Settled, ...]] = {}

    def run(self, raw: Mapping[str, Any], given: Any) -> Settled:
        for key in self._order:
            found = self._fields[key]
            if any(rule.holds(self._scope, self._context.now) for rule in found.conditions):
                self._hidden.add(key)
                continue
            if self._is_fixed(found):
                self._fixed.add(key)
            value = self._value(found, given(key) if key in self._fixed else raw.get(key))
            self._values[key] = self._scope[key] = value
        return Settled(
            values={key: self._values[key] for key in self._fields if key in self._values},
            scope=self._scope,
            hidden=frozenset(self._hidden),
            fixed=frozenset(self._fixed),
            rows=self._rows,
        )

    def _is_fixed(self, found: Field) -> bool:
        if self._are_all_fixed or found.is_disabled or found.kind is Kind.COMPUTED:
            return True
        if isinstance(found.readonly, Rule):
            return found.readonly.holds(self._scope, self._context.now)
        return found.readonly

    def _value(self, found: Field, raw: Any) -> Any:
        if isinstance(found.settings, ComputedSettings):
            return found.settings.expression.value(self._scope, self._context.now)
        if isinstance(found.settings, RowsSettings):
            rows = self._settle_rows(found, found.settings, raw)
            self._rows[found.key] = rows
            return [dict(row.values) for row in rows]
        try:
            return read_answer(found, raw, self._context)
        except WrongAnswer:
            return None

    def _settle_rows(self, found: Field, settings: RowsSettings, raw: Any) -> tuple[Settled, ...]:
        # What comes beyond the most rows allowed is judged by its number and not looked into.
        sent = raw[: settings.max_items] if isinstance(raw, list) else []
        kept = self._context.given_value(found.key)
        columns, order, is_fixed = settings.columns, settings.column_order, found.key in self._fixed
        return tuple(
            _Settling(columns, order, self._context, self._scope, is_fixed=is_fixed).run(
                row if isinstance(row, Mapping) else {}, _given_in_row(kept, number)
            )
            for number, row in enumerate(sent)
        )


def _given_in_row(kept: Any, number: int) -> Any:
    """Return a look-up of stored values in one row, for columns the person may not change."""
    row = kept[number] if isinstance(kept, list) and number < len(kept) else {}
    return row.get if isinstance(row, Mapping) else {}.get
