"""The dry run: a diagram played with sample facts, saved and loaded before each step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.foundation import clock
from app.foundation.errors import Problem, QmsError
from app.foundation.i18n import gettext as _
from app.workflow.engine import EngineFault, EnginePorts, Program, Runtime, StepBudgetExceeded

MAX_STEPS = 60
ENDLESS = "rehearsal.endless"


class _SteppingClock:
    """Time that jumps to whatever is due next."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def now(self) -> datetime:
        """Return the moment of the rehearsal."""
        return self.moment


def rehearse(
    program: Program, sample: Mapping[str, Any], inside: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Problem]:
    """Return what goes wrong when the diagram is played once, [] when it ends or waits properly.

    Shape: `sample` gives the four names of the scope, `inside` those of each call by its id. Tasks are
    completed in their order, timers fire when nothing else is open, messages arrive as awaited; operations
    and decisions answer nothing. The facts of the sample stay as they are, so a diagram that stands again as
    it stood before, with no timer running, would only go round once more.
    """
    time = _SteppingClock()
    scopes = {"": sample, **(inside or {})}
    ports = EnginePorts(scope=lambda call_id: scopes[call_id], now=time.now)
    stood: set[tuple[object, ...]] = set()
    try:
        runtime = Runtime.start(program, ports)
        for _step in range(MAX_STEPS):
            standing = _standing(runtime)
            if runtime.is_over or (standing in stood and not runtime.timers()):
                return []
            stood.add(standing)
            loaded = Runtime.restore(program, runtime.snapshot(), ports)
            if _position(loaded) != _position(runtime):
                return [_lost(program.key)]
            runtime = loaded
            _move(runtime, time)
    except StepBudgetExceeded as error:
        return [Problem(error.element_id or program.key, ENDLESS, error.sentence)]
    except EngineFault as error:
        return [Problem(error.element_id or program.key, "rehearsal", error.sentence)]
    except QmsError as error:
        return [Problem(program.key, "rehearsal", error.sentence)]
    return []


def _move(runtime: Runtime, time: _SteppingClock) -> None:
    tasks, catches = runtime.live_tasks(), runtime.catches()
    if tasks:
        runtime.complete(tasks[0].guid)
    elif catches:
        runtime.receive(catches[0].message, correlation=catches[0].correlation)
    elif runtime.next_due is not None:
        time.moment = runtime.next_due
        runtime.refresh_timers()


def _standing(runtime: Runtime) -> tuple[object, ...]:
    """Return where a diagram stands and where it was, without how often and when."""
    elements = ((one, state.here, state.done > 0) for one, state in runtime.element_states().items())
    tasks = ((one.process_key, one.call_id, one.element_id, repr(one.item)) for one in runtime.live_tasks())
    return frozenset(elements), tuple(tasks), tuple(one.message for one in runtime.catches())


def _position(runtime: Runtime) -> tuple[object, ...]:
    return runtime.live_tasks(), runtime.timers(), runtime.catches(), runtime.element_states()


def _lost(key: str) -> Problem:
    sentence = _("The instance did not come back from storage as it was stored.")
    return Problem(key, "rehearsal.storage", sentence, _("Report this: the diagram cannot be run safely."))
