"""All functions an expression can call, by name."""

from __future__ import annotations

from collections.abc import Mapping

from app.decisions.feel import (
    functions_context,
    functions_conversion,
    functions_list,
    functions_number,
    functions_range,
    functions_statistics,
    functions_temporal,
    functions_text,
)
from app.decisions.feel.values import Function

LIBRARY: Mapping[str, Function] = {
    function.name: function
    for module in (
        functions_context,
        functions_conversion,
        functions_list,
        functions_number,
        functions_range,
        functions_statistics,
        functions_temporal,
        functions_text,
    )
    for function in module.FUNCTIONS
}
