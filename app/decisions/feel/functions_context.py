"""Library functions on contexts."""

from __future__ import annotations

from app.decisions.feel.runtime import Runtime
from app.decisions.feel.signature import declare
from app.decisions.feel.values import Value, as_list

Context = dict[str, Value]


def _get_value(runtime: Runtime, context: Context, key: Value) -> Value:
    value: Value = context
    keys = as_list(key)
    runtime.meter.spend(len(keys))
    for part in keys:
        if not isinstance(value, dict) or not isinstance(part, str):
            return None
        value = value.get(part)
    return value


def _get_entries(runtime: Runtime, context: Context) -> Value:
    runtime.meter.pay_items(len(context))
    return tuple({"key": key, "value": value} for key, value in context.items())


def _context(runtime: Runtime, entries: tuple[Value, ...]) -> Value:
    runtime.meter.pay_items(len(entries))
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return None
        made[key] = entry["value"]
    return made


def _context_put(runtime: Runtime, context: Context, key: Value, value: Value) -> Value:
    path = as_list(key)
    runtime.meter.pay_items(len(path))
    if not path or not all(isinstance(part, str) for part in path):
        return None
    return _put(runtime, context, [str(part) for part in path], value)


def _put(runtime: Runtime, context: Value, path: list[str], value: Value) -> Value:
    if not isinstance(context, dict):
        return None
    runtime.meter.enter()
    runtime.meter.pay_items(len(context))
    inner: Value = value
    if len(path) > 1:
        inner = _put(runtime, context.get(path[0]), path[1:], value)
    runtime.meter.leave()
    return None if inner is None and len(path) > 1 else {**context, path[0]: inner}


def _context_merge(runtime: Runtime, contexts: tuple[Value, ...]) -> Value:
    merged: Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        merged.update(context)
        runtime.meter.pay_items(len(merged))
    return merged


FUNCTIONS = (
    declare("get value(m: context, key: string | list)", _get_value),
    declare("get entries(m: context)", _get_entries),
    declare("context(entries: list)", _context),
    declare("context put(context: context, key/keys, value)", _context_put),
    declare("context merge(contexts: list)", _context_merge),
)
