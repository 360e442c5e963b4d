"""What the engine refuses, and how it breaks."""

from __future__ import annotations

from app.foundation.errors import Broken, Conflict, Invalid
from app.foundation.i18n import gettext as _


class BpmnError(Exception):
    """Raised by an operation to take the error boundary of its task. It is a message, not a failure."""

    def __init__(self, code: str) -> None:
        """Keep the error code of the diagram."""
        super().__init__(code)
        self.code = code


class TaskNotLive(Conflict):
    """The task is not open: done, cancelled, not reached, or not a person's."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(_("This task is no longer open. Reload the page to see where it stands."))


class NobodyWaits(Conflict):
    """No place of the instance waits for this message."""

    def __init__(self, message: str) -> None:
        """Name the message."""
        super().__init__(_("Nothing waits for the message “%(name)s”.", name=message))
        self.message = message


class EngineFault(Broken):
    """The engine could not finish a step; the instance in memory is spoilt and must be dropped."""

    def __init__(self, sentence: str, element_id: str = "") -> None:
        """Keep the element the step stood on."""
        super().__init__(sentence)
        self.element_id = element_id


class StepBudgetExceeded(EngineFault):
    """The diagram ran on without reaching a wait state."""


class ScriptRefused(EngineFault):
    """A script stood where only expressions may stand; it was not run."""


class BadExpression(EngineFault):
    """An expression could not be read or evaluated."""


class UncaughtError(EngineFault):
    """An operation reported an error that no boundary event of its task catches."""


class SpoiltRuntime(Broken):
    """The instance in memory failed before; only a fresh load may go on."""

    def __init__(self) -> None:
        """Say why."""
        super().__init__(_("The instance failed in this act. Load it again before the next step."))


class SnapshotRefused(Broken):
    """The stored state is of another format, of another diagram, or damaged."""


class UnsafeData(Invalid):
    """A value offered as task data is not plain, or has a name the engine keeps for itself."""


class ProgramRefused(Invalid):
    """The engine's document cannot be run."""
