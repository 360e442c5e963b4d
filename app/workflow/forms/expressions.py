"""Expressions inside a form: compiled once when it is read, evaluated over answers.

An expression that fails at run time gives null, as form-js has it: a condition that cannot be decided hides
nothing, so no question disappears by mistake.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.decisions.feel import BudgetExceeded, Expression, NotAFeelValue, compile_expression, to_python

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled FEEL expression of a form; `text` is without the leading `=`."""

    text: str
    compiled: Expression

    @property
    def names(self) -> frozenset[str]:
        """Return the names the expression surely needs from outside."""
        return self.compiled.names

    @property
    def possible_names(self) -> frozenset[str]:
        """Return all names it may need; inside a filter a name may also be an entry of the item."""
        return self.compiled.names | self.compiled.possible_names

    def value(self, scope: Mapping[str, Any], now: datetime) -> Any:
        """Return the value as plain Python data, null when it cannot be computed."""
        try:
            return to_python(self.compiled.evaluate(scope, now=now))
        except (BudgetExceeded, NotAFeelValue) as failure:
            logger.warning("form expression failed", extra={"reason": type(failure).__name__})
            return None

    def holds(self, scope: Mapping[str, Any], now: datetime) -> bool:
        """Tell whether the expression is true; null and everything else is not."""
        return self.value(scope, now) is True


def compile_rule(text: str) -> Rule:
    """Return the compiled expression; a leading `=` is dropped.

    Errors: FeelSyntaxError.
    """
    bare = text.strip().removeprefix("=").strip()
    return Rule(bare, compile_expression(bare))
