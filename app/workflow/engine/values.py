"""The border between values of ours and task data: plain JSON only, reserved names kept out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson

from app.foundation.i18n import gettext as _
from app.workflow.engine.errors import UnsafeData
from app.workflow.engine.ports import SCOPE_NAMES

MAX_DEPTH = 20
MAX_BYTES = 65_536
# `typename` bricks a stored instance, `data_objects` is the engine's own, the scope is never task data.
RESERVED = SCOPE_NAMES | {"typename", "data_objects"}


def clean(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deep copy of `value` that may enter task data.

    Errors: UnsafeData for names that are reserved or start with an underscore, for values that are not plain
    JSON, for more than 20 levels and for more than 64 KB: task data holds ids and outcomes.
    """
    copied = {_key(key): _clean(item, 1) for key, item in value.items()}
    try:
        size = len(orjson.dumps(copied))
    except TypeError as error:
        raise UnsafeData(_("A number is too large to be task data.")) from error
    if size > MAX_BYTES:
        raise UnsafeData(
            _("Task data is limited to %(limit)s bytes. Store it on the record.", limit=MAX_BYTES)
        )
    return copied


def _clean(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise UnsafeData(_("The value is nested more than %(depth)s levels deep.", depth=MAX_DEPTH))
    if isinstance(value, Mapping):
        return {_key(key): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise UnsafeData(
        _(
            "A value of kind “%(kind)s” cannot be task data. Store it on the record.",
            kind=type(value).__name__,
        )
    )


def _key(key: Any) -> str:
    if not isinstance(key, str) or key in RESERVED or key.startswith("_"):
        raise UnsafeData(_("“%(name)s” cannot be the name of task data.", name=key))
    return key
