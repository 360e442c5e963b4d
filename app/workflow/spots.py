"""A spot: an element of an instance, in its own diagram or inside one of its calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """The id of an element, and the call activity whose part it is drawn in, "" in the own diagram."""

    element_id: str
    call_id: str = ""

    @property
    def step_id(self) -> str:
        """The element of the instance's own diagram where this is seen: inside a call, the call."""
        return self.call_id or self.element_id
