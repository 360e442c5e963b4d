"""The script engine without scripts: each expression is FEEL, evaluated over the scope the host gives.

The *environment* is replaced as well as the engine, because three places of SpiffWorkflow call the
environment directly, past any override of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from app.decisions.feel import Expression, compile_expression, to_feel, to_json, to_python
from app.foundation.errors import QmsError
from app.foundation.i18n import gettext as _
from app.workflow.engine.calls import call_of
from app.workflow.engine.durations import is_literal
from app.workflow.engine.errors import BadExpression, ScriptRefused
from app.workflow.engine.ports import SCOPE_NAMES, EnginePorts, Evaluation


@lru_cache(maxsize=8192)
def compiled(text: str) -> Expression:
    """Return the parsed expression; parsing happens once for each text and process.

    Errors: FeelSyntaxError; BadExpression for names outside the scope, which FEEL would read as null.
    """
    expression = compile_expression(text)
    unknown = expression.names - SCOPE_NAMES
    if unknown:
        raise BadExpression(
            _(
                "The expression “%(text)s” asks for “%(name)s”, which does not exist.",
                text=text,
                name=min(unknown),
            )
        )
    return expression


@dataclass(frozen=True, slots=True)
class Judged:
    """Where a condition stands: its gateway and flow, and the call activity around them."""

    gateway_id: str
    flow_id: str
    call_id: str = ""


class FeelEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # the library has no types
    """The only way from a diagram's text to a value. It never looks at task data."""

    def __init__(self, ports: EnginePorts) -> None:
        """Keep the doors; the scope is asked at each evaluation."""
        super().__init__()
        self._ports = ports
        # What a door of the host raised: its own errors reach it as they are, not as faults of the engine.
        self.port_error: Exception | None = None

    def evaluate(self, expression: Any, context: Any = None, external_context: Any = None) -> Any:
        """Return the value of a FEEL text as plain JSON; ISO 8601 literals are returned as they stand.

        Errors: BadExpression.
        """
        del context, external_context
        return self.evaluate_in("", expression)

    def evaluate_in(self, call_id: str, expression: Any) -> Any:
        """Return the value of a FEEL text that stands inside a call activity, "" outside, as plain JSON.

        Errors: BadExpression.
        """
        return _json(self.value_of(call_id, expression))

    def value_of(self, call_id: str, expression: Any) -> Any:
        """Return the value of a FEEL text as Python data: Decimal, date, datetime, timedelta, list, dict.

        Errors: BadExpression.
        """
        text = _stripped(expression)
        return text if is_literal(text) else self._evaluated(text, self._scope(call_id))

    def judge(self, place: Judged, expression: str) -> bool:
        """Return whether a condition holds and tell the host what it was judged on; null does not hold.

        Errors: BadExpression, also when the result is neither true, false nor null.
        """
        text, scope = _stripped(expression), self._scope(place.call_id)
        result = self._evaluated(text, scope)
        inputs = {".".join(path): _json(_follow(scope, path)) for path in sorted(compiled(text).paths)}
        self._ports.on_evaluation(
            Evaluation(place.gateway_id, place.flow_id, expression, inputs, _json(result), place.call_id)
        )
        if result is not None and not isinstance(result, bool):
            raise BadExpression(
                _("The condition “%(text)s” is neither true nor false.", text=text), place.gateway_id
            )
        return result is True

    def _evaluated(self, text: str, scope: Mapping[str, Any]) -> Any:
        try:
            return to_python(compiled(text).evaluate(scope, now=self._ports.now()))
        except QmsError as error:
            sentence = _("The expression “%(text)s” failed: %(why)s", text=text, why=error.sentence)
            raise BadExpression(sentence) from error

    def execute(self, script: Any, context: Any = None, external_context: Any = None) -> NoReturn:
        """Refuse."""
        del script, context, external_context
        raise ScriptRefused(_("Scripts do not run here. Use a service task with an operation."))

    def call_service(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse; service tasks go through the operation port."""
        raise ScriptRefused(_("This service task names no operation of Keel."))

    def _scope(self, call_id: str) -> dict[str, Any]:
        try:
            scope = self._ports.scope(call_id)
        except Exception as error:
            self.port_error = error
            raise
        return {name: scope.get(name) for name in SCOPE_NAMES}


class FeelScriptEngine(PythonScriptEngine):  # type: ignore[misc]  # the library has no types
    """What a workflow calls instead of Python. Carries the doors for our task and event specs."""

    def __init__(self, ports: EnginePorts) -> None:
        """Make the environment for these doors."""
        self.ports = ports
        self.environment: FeelEnvironment
        super().__init__(FeelEnvironment(ports))

    def validate(self, expression: Any) -> None:
        """Parse the expression as FEEL.

        Errors: FeelSyntaxError.
        """
        compiled(str(expression))

    def evaluate(self, task: Any, expression: Any, external_context: Any = None) -> Any:
        """Return the value of an expression, whatever the task's data says."""
        del external_context
        return self.environment.evaluate_in(call_of(task), expression)

    def execute(self, task: Any, script: Any, external_context: Any = None) -> NoReturn:
        """Refuse."""
        del task
        self.environment.execute(script, None, external_context)

    def call_service(self, task: Any, **kwargs: Any) -> NoReturn:
        """Refuse; service tasks go through the operation port."""
        del task
        self.environment.call_service(**kwargs)


def _stripped(expression: Any) -> str:
    text = expression.strip() if isinstance(expression, str) else ""
    if not text:
        raise BadExpression(_("An expression is missing."))
    return text


def _json(value: Any) -> Any:
    return to_json(to_feel(value))


def _follow(scope: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = scope
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
