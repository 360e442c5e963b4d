"""What one act may cost: a diagram that never waits must not hold a worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from app.foundation.i18n import gettext as _
from app.workflow.engine.errors import StepBudgetExceeded

STEP_BUDGET = 500
# Of the thread's own time: a busy machine is no fault of the diagram. Far above what 500 steps cost,
# because a cold start or the collector's own pass over a large process is no fault of it either.
SECONDS_BUDGET = 20.0


class StepBudget:
    """Counts the steps of one act."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Begin to count; `tell` hears the id of each element stepped on."""
        self._tell = tell
        self._left = STEP_BUDGET
        self._until = time.thread_time() + SECONDS_BUDGET

    def spend(self, spiff_task: Any) -> None:
        """Pay one step.

        Errors: StepBudgetExceeded.
        """
        element_id = spiff_task.task_spec.bpmn_id or ""
        self._tell(element_id)
        self._left -= 1
        if self._left < 0:
            raise StepBudgetExceeded(
                _(
                    "The diagram took more than %(steps)s steps without waiting for anybody.",
                    steps=STEP_BUDGET,
                ),
                element_id,
            )
        if time.thread_time() > self._until:
            raise StepBudgetExceeded(
                _(
                    "The diagram worked for more than %(seconds)s seconds without waiting for anybody.",
                    seconds=round(SECONDS_BUDGET),
                ),
                element_id,
            )
