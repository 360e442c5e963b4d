"""The library hides tasks deeper than 1,000 levels and then calls the instance completed. Not here."""

from __future__ import annotations

import inspect

from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.util.task import TaskIterator

from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _

UNLIMITED = 10**9
_ITERATORS = (TaskIterator, BpmnTaskIterator)


class DepthLimited(Broken):
    """A walk over the task tree would stop early, so an instance could end with open tasks."""


def lift_depth_limit() -> None:
    """Set the default depth of both iterators to practically unlimited. Safe to call again."""
    for iterator in _ITERATORS:
        names = [
            name for name, one in inspect.signature(iterator.__init__).parameters.items() if _has_default(one)
        ]
        values = dict(zip(names, iterator.__init__.__defaults__, strict=True))
        iterator.__init__.__defaults__ = tuple({**values, "max_depth": UNLIMITED}.values())


def assert_depth_lifted() -> None:
    """Check the limit of both iterators.

    Errors: DepthLimited; the server must not start then.
    """
    for iterator in _ITERATORS:
        default = inspect.signature(iterator.__init__).parameters["max_depth"].default
        if default < UNLIMITED:
            raise DepthLimited(_("The engine would lose tasks deeper than %(depth)s levels.", depth=default))


def _has_default(parameter: inspect.Parameter) -> bool:
    return parameter.default is not inspect.Parameter.empty
